# Never ends by itself.
    .include "zerovm.inc"
    .globl _start
    .text
    .p2align 5
_start:
    trap say
forever:
    jmp forever
    .data
text: .ascii "begun\n"
    call_block say, WRITE, 1, text, 6, 0
