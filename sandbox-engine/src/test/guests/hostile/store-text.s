# A store to its own code: self-modification.
# expect: SIGSEGV at guest address 0x2[0-9a-f]{4}.*, access to 0x20000
    .include "hostile/hostile.inc"
    begin
    store 0x20000
    end
