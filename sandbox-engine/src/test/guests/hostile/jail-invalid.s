# Code with a system call stays data.
# expect: SIGSEGV at guest address 0x100000.*, access to 0x100000
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
    store HEAP, 0xf4f4050f
    do JAIL, HEAP, 0x10000
    want -1, 1
    store HEAP, 0xf4f4f4f4
    jump HEAP
    end
