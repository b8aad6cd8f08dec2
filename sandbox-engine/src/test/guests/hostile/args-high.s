# Upper halves of the argument pointer are ignored.
# expect: exited with 0
    .include "hostile/hostile.inc"
    begin
    movabsq $0x7fffffff00000000, %rdi
    leal block(%rip), %eax
    orq %rax, %rdi
    pushq $back
    jmp trap_slot
    .p2align 5, 0x90
back:
    want -1, 1
    end
    .data
    call_block block, 0x1234
