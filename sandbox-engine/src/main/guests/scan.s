# For measurements: reads its fourth channel to the end in blocks of 128 KiB and exits with 0.
    .include "zerovm.inc"
    .globl _start
    .text
    .p2align 5
_start:
2:  trap read_block
    testl %eax, %eax
    jg 2b
    exit_with_rax
    .data
    call_block read_block, READ, 3, block, 131072, 0
    .bss
    .p2align 12
block: .skip 131072
