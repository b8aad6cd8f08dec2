# A store to the page below the trampoline.
# expect: SIGSEGV at guest address 0x2[0-9a-f]{4}.*, access to 0xfffc
    .include "hostile/hostile.inc"
    begin
    store 0xfffc
    end
