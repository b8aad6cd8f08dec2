# Dies of the fault that the symbol KIND names.
    .include "zerovm.inc"
    .globl _start
    .text
    .p2align 5
_start:
.if KIND == 1
    xorl %ecx, %ecx
    xorl %edx, %edx
    movl $1, %eax
    divl %ecx
.elseif KIND == 2
    movl $1, constant(%rip)
.elseif KIND == 3
    .bundle_lock
    movl $0x1000, %r11d
    movl (%r15,%r11), %eax
    .bundle_unlock
.elseif KIND == 4
    hlt
.elseif KIND == 5
    pushq $9f
    jmp trap_slot + 32 * 5
    .p2align 5
9:
.elseif KIND == 6
1:  jmp 1b
.elseif KIND == 7
    int3
.elseif KIND == 8
    .bundle_lock
    movl $0x30000000, %r11d
    movl %eax, (%r15,%r11)
    .bundle_unlock
.elseif KIND == 9
    movl _start(%rip), %eax
    movl %eax, _start(%rip)
.elseif KIND == 10
    xorl %eax, %eax
    subl $0x40000000, %esp
    addq %r15, %rsp
    pushq %rax
.elseif KIND == 11
    ud2
.endif
    exit_with 0
    .section .rodata
constant: .long 5
    .data
    .long 0
