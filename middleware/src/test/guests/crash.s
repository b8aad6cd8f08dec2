# Says so on stderr and dies.
    .include "zerovm.inc"
    .globl _start
    .text
    .p2align 5
_start:
    trap say
    hlt
    .data
text: .ascii "about to fail: no such luck\n"
    call_block say, WRITE, 2, text, 28, 0
