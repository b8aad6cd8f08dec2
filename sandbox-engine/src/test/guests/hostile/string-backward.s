# The same downwards.
# expect: SIGSEGV at guest address 0x2[0-9a-f]{4}.*, access to 0x3[0-9a-f]+
    .include "hostile/hostile.inc"
    begin
    std
    movq $-1, %rcx
    movl $HEAP, %edi
    .bundle_lock
    movl %edi, %edi
    leaq (%r15,%rdi), %rdi
    rep stosb
    .bundle_unlock
    end
