# A store to address 0.
# expect: SIGSEGV at guest address 0x2[0-9a-f]{4}.*, access to 0x0
    .include "hostile/hostile.inc"
    begin
    store 0
    end
