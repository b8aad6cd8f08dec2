# Nor by a read.
# expect: exited with 0
# options: jail stdin=hello
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
    do JAIL, HEAP, 0x10000
    want 0, 1
    do READ, 0, HEAP, 4
    want -22, 2
    end
