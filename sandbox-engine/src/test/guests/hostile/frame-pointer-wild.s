# A frame pointer anywhere.
# expect: SIGSEGV at guest address 0x2[0-9a-f]{4}.*, access to 0x80000010, beyond its memory limit of 67108864 bytes
    .include "hostile/hostile.inc"
    begin
    .bundle_lock
    movl $0x80000000, %ebp
    addq %r15, %rbp
    .bundle_unlock
    movl $1, 16(%rbp)
    end
