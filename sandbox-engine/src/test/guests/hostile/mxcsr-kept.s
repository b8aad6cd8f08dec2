# MXCSR is the guest's own and survives a trap.
# expect: exited with 0
    .include "hostile/hostile.inc"
    begin
    ldmxcsr value(%rip)
    do WRITE, 1, value, 4
    want 4, 1
    stmxcsr room(%rip)
    movl room(%rip), %eax
    want 0x7f80, 2
    end
    .data
value: .long 0x7f80
room: .long 0
