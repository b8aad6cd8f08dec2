# Writes a line to stdout and exits with 7.
    .include "zerovm.inc"
    .globl _start
    .text
    .p2align 5
_start:
    trap hello
    exit_with 7
    .data
text: .ascii "Hello, ZeroCloud\n"
    call_block hello, WRITE, 1, text, 17, 0
