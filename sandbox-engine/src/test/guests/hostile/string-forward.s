# A string instruction that never ends by itself meets a mapping that is not writable.
# expect: SIGSEGV at guest address 0x2[0-9a-f]{4}.*, access to 0x3000000, beyond its memory limit of 67108864 bytes
    .include "hostile/hostile.inc"
    begin
    movq $-1, %rcx
    movl $HEAP, %edi
    .bundle_lock
    movl %edi, %edi
    leaq (%r15,%rdi), %rdi
    rep stosb
    .bundle_unlock
    end
