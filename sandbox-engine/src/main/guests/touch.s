# Writes to every page of its heap, then exits with 0.
    .include "zerovm.inc"
    .globl _start
    .text
    .p2align 5
_start:
    .bundle_lock
    movl $0xFEFFFFFC, %r11d
    movl (%r15,%r11), %r10d
    .bundle_unlock
    .bundle_lock
    movl %r10d, %r11d
    movl (%r15,%r11), %eax
    .bundle_unlock
    .bundle_lock
    movl %r10d, %r11d
    movl 4(%r15,%r11), %edx
    .bundle_unlock
    addl $4095, %eax
    andl $-4096, %eax
2:  .bundle_lock
    movl %eax, %r11d
    movl %eax, (%r15,%r11)
    .bundle_unlock
    addl $4096, %eax
    subl $4096, %edx
    cmpl $8192, %edx
    ja 2b
    exit_with 0
    .data
    .long 0
