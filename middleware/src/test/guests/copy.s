# Copies channel FROM to channel TO, then exits with CODE. Offsets are for channels that have them.
    .include "zerovm.inc"
    .globl _start
    .text
    .p2align 5
_start:
again:
    trap get
    testl %eax, %eax
    jle done
    cltq
    movq %rax, put+32(%rip)
    addq %rax, get+40(%rip)
    trap put
    testl %eax, %eax
    jle failed
    cltq
    addq %rax, put+40(%rip)
    jmp again
failed:
    movl $99, %eax
    jmp leave
done:
    movl $CODE, %eax
leave:
    exit_with_rax
    .data
    call_block get, READ, FROM, buffer, 65536, 0
    call_block put, WRITE, TO, buffer, 0, 0
    .bss
    .p2align 12
buffer: .skip 65536
