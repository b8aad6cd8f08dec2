# The trampoline may be read; no supervisor address is in it.
# expect: exited with 0
    .include "hostile/hostile.inc"
    begin
    xorl %ecx, %ecx
again:
    leal 0x10000(%rcx), %edx
    .bundle_lock
    movl %edx, %edx
    movl 4(%r15,%rdx), %eax
    .bundle_unlock
    movl $1, %ebx
    cmpl $0x7f00, %eax
    je failed
    addl $32, %ecx
    cmpl $0x10000, %ecx
    jne again
    end
