# Code that was unjailed does not run.
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
    do JAIL, HEAP, 0x10000
    want 0, 1
    do UNJAIL, HEAP, 0x10000
    want 0, 2
    jump HEAP
    end
