# And not a page more.
# expect: SIGSEGV at guest address 0x2[0-9a-f]{4}.*, access to 0x3000000, beyond its memory limit of 67108864 bytes
    .include "hostile/hostile.inc"
    begin
    movl $HEAP, %ecx
again:
    .bundle_lock
    movl %ecx, %ecx
    movl $1, (%r15,%rcx)
    .bundle_unlock
    addl $0x1000, %ecx
    jmp again
    end
