# Fills memory, forks, and behind the fork writes what it finds in memory, registers and stack.
    .include "zerovm.inc"
    .globl _start
    .text
    .p2align 5
_start:
    movl $0x01000000, %ecx
    movl $PAGES, %edx
2:  .bundle_lock
    movl %ecx, %r11d
    movl %ecx, (%r15,%r11)
    .bundle_unlock
    addl $4096, %ecx
    decl %edx
    jnz 2b
    pushq $0x1234
    movabsq $0x1122334455667788, %rbx
    movl $0x99, %r14d
    ldmxcsr rounding(%rip)
    trap read_once
    trap fork_block
    movq %rax, found(%rip)
    movq %rbx, found+8(%rip)
    movq %r14, found+16(%rip)
    popq %rax
    movq %rax, found+24(%rip)
    .bundle_lock
    movl $0x01001000, %r11d
    movl (%r15,%r11), %eax
    .bundle_unlock
    movq %rax, found+32(%rip)
    stmxcsr found+40(%rip)
    trap read_more
    trap write_found
    exit_with 3
    .data
    call_block read_once, READ, 0, input, 8, 0
    call_block read_more, READ, 0, input2, 8, 0
    call_block fork_block, FORK
    call_block write_found, WRITE, 1, found, 64, 0
    .p2align 3
found: .skip 48
input: .quad 0
input2: .quad 0
rounding: .long 0x7f80
