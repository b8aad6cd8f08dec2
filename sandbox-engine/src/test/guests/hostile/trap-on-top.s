# A trap with the stack behind the region.
# expect: SIGSEGV outside guest code
    .include "hostile/hostile.inc"
    begin
    leal block(%rip), %edi
    movl $7, %ecx
again:
    popq %rax
    decl %ecx
    jnz again
    jmp trap_slot
    end
    .data
    call_block block, 0x1234
