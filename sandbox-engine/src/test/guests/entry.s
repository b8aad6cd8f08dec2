# Writes what it finds at its first instruction: rax rbx rcx rdx rsi rdi rbp rsp r8-r15, 56 bytes of stack,
# xmm0, xmm15, MXCSR, x87 control word, flags by pieces; then the same after a trap that must keep some.
    .include "zerovm.inc"
    .globl _start
    .macro dump at
    movq %rax, \at+0(%rip)
    movq %rbx, \at+8(%rip)
    movq %rcx, \at+16(%rip)
    movq %rdx, \at+24(%rip)
    movq %rsi, \at+32(%rip)
    movq %rdi, \at+40(%rip)
    movq %rbp, \at+48(%rip)
    movq %rsp, \at+56(%rip)
    movq %r8, \at+64(%rip)
    movq %r9, \at+72(%rip)
    movq %r10, \at+80(%rip)
    movq %r11, \at+88(%rip)
    movq %r12, \at+96(%rip)
    movq %r13, \at+104(%rip)
    movq %r14, \at+112(%rip)
    movq %r15, \at+120(%rip)
    movdqu %xmm0, \at+128(%rip)
    movdqu %xmm15, \at+144(%rip)
    stmxcsr \at+160(%rip)
    fnstcw \at+164(%rip)
    fnstsw \at+166(%rip)
    .endm
    .text
    .p2align 5
_start:
    dump first
    movq (%rsp), %rax
    movq %rax, stack(%rip)
    movq 8(%rsp), %rax
    movq %rax, stack+8(%rip)
    movq 16(%rsp), %rax
    movq %rax, stack+16(%rip)
    movq 24(%rsp), %rax
    movq %rax, stack+24(%rip)
    movq 32(%rsp), %rax
    movq %rax, stack+32(%rip)
    movq 40(%rsp), %rax
    movq %rax, stack+40(%rip)
    movq 48(%rsp), %rax
    movq %rax, stack+48(%rip)

    movl $0x11111111, %ebx
    movl $0x22222222, %r12d
    movl $0x33333333, %r13d
    movabsq $0x4444444444444444, %r14
    movabsq $0x5555555555555555, %rax
    movq %rax, %rdx
    movq %rax, %rsi
    movq %rax, %r8
    movq %rax, %r9
    movq %rax, %r10
    movq %rax, %r11
    movdqu pattern(%rip), %xmm0
    movdqu pattern(%rip), %xmm15
    ldmxcsr rounding(%rip)
    fldcw single(%rip)
    fldz
    std
    trap unknown
    dump second
    trap write_all
    exit_with 0
    .data
    .p2align 4
all:
first:  .skip 168
stack:  .skip 56
second: .skip 168
    .set all_size, . - all
pattern: .quad 0x6666666666666666, 0x7777777777777777
rounding: .long 0x7f80
single: .word 0x007f
    call_block unknown, 0x12345678
    call_block write_all, WRITE, 1, all, all_size, 0
