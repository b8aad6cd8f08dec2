# Says that it has begun, computes for some seconds, then writes to the channel /dev/output: the fifth, behind the standard streams and /dev/nvram.
    .include "zerovm.inc"
    .globl _start
    .text
    .p2align 5
_start:
    trap say
    movq $TURNS, %rcx
turn:
    decq %rcx
    jnz turn
    trap put
    exit_with 0
    .data
text: .ascii "begun\n"
done: .ascii "done\n"
    call_block say, WRITE, 1, text, 6, 0
    call_block put, WRITE, 4, done, 5, 0
