# All of the heap can be touched.
# expect: exited with 0
    .include "hostile/hostile.inc"
    begin
    movl $HEAP, %ecx
again:
    .bundle_lock
    movl %ecx, %ecx
    movl $1, (%r15,%rcx)
    .bundle_unlock
    addl $0x1000, %ecx
    cmpl $HEAP_END, %ecx
    jb again
    end
