# What lies behind the size on its page is validated as well.
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
    store HEAP+0x800, 0xf4f4050f
    do JAIL, HEAP, 32
    want -1, 1
    end
