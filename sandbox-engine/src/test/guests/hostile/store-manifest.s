# A store to the user manifest.
# expect: SIGSEGV at guest address 0x2[0-9a-f]{4}.*, access to 0xfefffffc
    .include "hostile/hostile.inc"
    begin
    store 0xfefffffc
    end
