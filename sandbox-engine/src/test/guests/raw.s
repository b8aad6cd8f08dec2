# Not valid: makes the system call that the symbol CALL names, with arguments that are harmless if it works.
    .include "zerovm.inc"
    .globl _start
    .text
    .p2align 5
_start:
    movl $CALL, %eax
    movl $0x7fffffff, %edi
    xorl %esi, %esi
    xorl %edx, %edx
    xorl %r10d, %r10d
    xorl %r8d, %r8d
    xorl %r9d, %r9d
.if KIND == 0
    syscall
.else
    int $0x80
.endif
    exit_with 42
    .data
    .long 0
