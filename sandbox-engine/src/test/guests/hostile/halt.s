# hlt ends a guest.
# expect: SIGSEGV at guest address 0x2[0-9a-f]{4} \(f4.*\)
    .include "hostile/hostile.inc"
    begin
    hlt
    end
