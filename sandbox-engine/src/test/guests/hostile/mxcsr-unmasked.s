# Unmasked vector exceptions kill the guest, not the trap.
# expect: SIGFPE at guest address 0x2[0-9a-f]{4} .*
    .include "hostile/hostile.inc"
    begin
    ldmxcsr value(%rip)
    do WRITE, 1, value, 4
    want 4, 1
    movss one(%rip), %xmm0
    xorps %xmm1, %xmm1
    divss %xmm1, %xmm0
    end
    .data
value: .long 0
one: .long 0x3f800000
