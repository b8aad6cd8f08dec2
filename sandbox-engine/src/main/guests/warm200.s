# For measurements: writes 200 MB of its memory and forks; exits with 0 behind the fork.
    .include "zerovm.inc"
    .globl _start
    .text
    .p2align 5
_start:
    movl $0x01000000, %ecx
    movl $51200, %edx
2:  .bundle_lock
    movl %ecx, %r11d
    movl %ecx, (%r15,%r11)
    .bundle_unlock
    addl $4096, %ecx
    decl %edx
    jnz 2b
    trap fork_block
    exit_with 0
    .data
    call_block fork_block, FORK
