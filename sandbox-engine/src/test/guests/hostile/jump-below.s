# A direct jump out of the region, into the lower guard.
# expect: SIGSEGV outside guest code
    .include "hostile/hostile.inc"
    begin
    jmp _start - 0x40000000
    end
