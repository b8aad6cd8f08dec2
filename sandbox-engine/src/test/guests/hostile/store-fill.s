# A store to the fill behind its code.
# expect: SIGSEGV at guest address 0x2[0-9a-f]{4}.*, access to 0x2fff0
    .include "hostile/hostile.inc"
    begin
    store 0x2fff0
    end
