# Makes the traps that it reads from stdin, six words each, and writes each result to stdout, one word.
# The test's addresses: area = 0x1000000 is in the heap.
    .include "zerovm.inc"
    .globl _start
    .text
    .p2align 5
_start:
    trap read_command
    cmpq $48, %rax
    jne 1f
    trap command
    movq %rax, result(%rip)
    trap write_result
    jmp _start
1:  exit_with 0
    .data
    call_block read_command, READ, 0, command, 48, 0
    call_block write_result, WRITE, 1, result, 8, 0
    call_block command, 0
result: .quad 0
