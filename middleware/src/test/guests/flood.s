# Writes to stdout until it may not any more, then exits with 3.
    .include "zerovm.inc"
    .globl _start
    .text
    .p2align 5
_start:
again:
    trap put
    testl %eax, %eax
    jg again
    exit_with 3
    .data
    call_block put, WRITE, 1, buffer, 65536, 0
    .bss
    .p2align 12
buffer: .skip 65536
