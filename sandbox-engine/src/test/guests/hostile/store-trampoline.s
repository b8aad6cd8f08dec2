# A store to the trampoline.
# expect: SIGSEGV at guest address 0x2[0-9a-f]{4}.*, access to 0x10000
    .include "hostile/hostile.inc"
    begin
    store 0x10000
    end
