# Two hundred times jail and unjail.
# expect: exited with 0
# options: jail
    .include "hostile/hostile.inc"
    begin
    movl $HEAP, %edi
    movl $0xf4, %eax
    movl $0x10000, %ecx
    .bundle_lock
    movl %edi, %edi
    leaq (%r15,%rdi), %rdi
    rep stosb
    .bundle_unlock
    movl $200, %r12d
again:
    trap jail
    want 0, 1
    trap unjail
    want 0, 2
    decl %r12d
    jnz again
    end
    .data
    call_block jail, JAIL, HEAP, 0x10000
    call_block unjail, UNJAIL, HEAP, 0x10000
