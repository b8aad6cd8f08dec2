# Copies the first ten bytes of the third channel, and reads no more.
    .include "zerovm.inc"
    .globl _start
    .text
    .p2align 5
_start:
    trap get
    trap put
    exit_with 0
    .data
    call_block get, READ, 3, buffer, 10, 0
    call_block put, WRITE, 1, buffer, 10, 0
    .bss
    .p2align 12
buffer: .skip 65536
