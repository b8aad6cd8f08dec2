# Memory of a new session holds nothing of another: heap and stack are zero.
# expect: exited with 0
    .include "hostile/hostile.inc"
    begin
    movl $HEAP, %ecx
    xorl %edx, %edx
again:
    .bundle_lock
    movl %ecx, %ecx
    orl (%r15,%rcx), %edx
    .bundle_unlock
    .bundle_lock
    movl %ecx, %ecx
    movl $0x5ec2e7, (%r15,%rcx)
    .bundle_unlock
    addl $0x1000, %ecx
    cmpl $HEAP_END, %ecx
    jb again
    movl %edx, %eax
    want 0, 1
    load 0xff000000
    want 0, 2
    store 0xff000000, 0x5ec2e7
    end
