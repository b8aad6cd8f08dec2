# Aligning the stack by masks cannot leave the region.
# expect: SIGSEGV at guest address 0x2[0-9a-f]{4}.*, access to 0xfe[0-9a-f]+
    .include "hostile/hostile.inc"
    begin
    .rept 8
    andq $-128, %rsp
    .endr
again:
    movl $1, -8(%rsp)
    .bundle_lock
    subl $0x10000, %esp
    addq %r15, %rsp
    .bundle_unlock
    jmp again
    end
