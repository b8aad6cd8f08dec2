# Arguments at address 0.
# expect: exited with 0
    .include "hostile/hostile.inc"
    begin
    xorl %edi, %edi
    pushq $back
    jmp trap_slot
    .p2align 5, 0x90
back:
    want -22, 1
    end
