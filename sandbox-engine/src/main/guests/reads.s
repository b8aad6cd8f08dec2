# For measurements: reads one byte from its fourth channel as often as that lets it, and exits with 0.
    .include "zerovm.inc"
    .globl _start
    .text
    .p2align 5
_start:
2:  trap read_byte
    cmpl $1, %eax
    je 2b
    exit_with 0
    .data
    call_block read_byte, READ, 3, byte, 1, 0
byte: .byte 0
