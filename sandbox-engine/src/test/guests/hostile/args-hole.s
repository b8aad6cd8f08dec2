# Arguments in the hole.
# expect: exited with 0
    .include "hostile/hostile.inc"
    begin
    movl $0x80000000, %edi
    pushq $back
    jmp trap_slot
    .p2align 5, 0x90
back:
    want -22, 1
    end
