# For measurements: a million reads of one byte from its fourth channel.
    .include "zerovm.inc"
    .globl _start
    .text
    .p2align 5
_start:
    movl $1000000, %ebx
2:  trap read_byte
    decl %ebx
    jnz 2b
    exit_with 0
    .data
    call_block read_byte, READ, 3, byte, 1, 0
byte: .byte 0
