# A store to constants.
# expect: SIGSEGV at guest address 0x2[0-9a-f]{4}.*, access to 0x30000
    .include "hostile/hostile.inc"
    begin
    store 0x30000
    end
