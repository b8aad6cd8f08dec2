# Copies stdin to stdout in blocks of 64 KiB, then exits with the number of blocks that had bytes.
    .include "zerovm.inc"
    .globl _start
    .text
    .p2align 5
_start:
    xorl %ebx, %ebx
2:  trap read_block
    testl %eax, %eax
    jle 1f
    movq %rax, write_block+32(%rip)
    trap write_block
    incl %ebx
    jmp 2b
1:  movl %ebx, %eax
    exit_with_rax
    .data
    call_block read_block, READ, 0, block, 65536, 0
    call_block write_block, WRITE, 1, block, 0, 0
    .bss
block: .skip 65536
