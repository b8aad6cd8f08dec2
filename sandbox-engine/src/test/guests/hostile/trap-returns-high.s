# Only 32 bits of the return address count.
# expect: exited with 0
    .include "hostile/hostile.inc"
    begin
    leal block(%rip), %edi
    movabsq $0x7fff00000000, %rax
    leal back(%rip), %ecx
    orq %rcx, %rax
    pushq %rax
    jmp trap_slot
    .p2align 5, 0x90
back:
    want -1, 1
    end
    .data
    call_block block, 0x1234
