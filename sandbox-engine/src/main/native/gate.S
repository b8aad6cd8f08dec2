/*
 * Where trusted and untrusted code meet. The guest reaches trap_gate through slot 0 of the trampoline, `jmp
 * *%gs:8`: no address of the supervisor is ever in memory that a guest can read. The supervisor is compiled for
 * general registers only, so the guest's vector and x87 state cannot influence it; MXCSR therefore needs no change.
 */
    .text
    .globl _start, trap_gate, enter_guest, resume_guest
    .hidden trap_gate, enter_guest, resume_guest

_start:
    xor %ebp, %ebp
    mov %rsp, %r12
    mov $158, %eax              /* arch_prctl(ARCH_SET_GS, &gate) */
    mov $0x1001, %edi
    lea gate(%rip), %rsi
    syscall
    mov %r12, %rdi
    and $-16, %rsp
    call start
    hlt

/* From the guest: return address on its stack, edi = address of the arguments. DF may be set. */
trap_gate:
    mov %rsp, %gs:24
    mov %rbx, %gs:40
    mov %rbp, %gs:32
    mov %r12, %gs:48
    mov %r13, %gs:56
    mov %r14, %gs:64
    mov %gs:0, %rsp
    cld
    mov %edi, %edi
    call trap
    hlt                         /* it goes on in resume_guest */

/* Behind a trap: rdi = result; registers and rsp of the guest are in the gate. */
resume_guest:
    movslq %edi, %rax
    mov %gs:24, %rsp
    mov %gs:40, %rbx
    mov %gs:32, %rbp
    mov %gs:48, %r12
    mov %gs:56, %r13
    mov %gs:64, %r14
    movabs $0x440A00000000, %r15
    /* The address is the guest's data: only a bundle of its own 4 GiB can come out of it. */
    mov (%rsp), %ecx
    add $8, %rsp
    and $-32, %ecx
    add %r15, %rcx
    jmp clear_and_jump

/* rdi = rip; the guest's first instruction. rsp as the ABI says. */
enter_guest:
    mov %rdi, %rcx
    mov %rsp, %gs:0
    andq $-16, %gs:0
    movabs $0x440A00000000, %r15
    mov $0xFFFFFFC8, %eax
    lea (%r15,%rax), %rsp
    mov %rsp, %rbp
    push $0x1F80
    ldmxcsr (%rsp)
    add $8, %rsp
    movq $0, -8(%rsp)
    xor %eax, %eax
    xor %ebx, %ebx
    xor %r12d, %r12d
    xor %r13d, %r13d
    xor %r14d, %r14d
    lea 8(%rsp), %edi
    jmp clear_vectors

clear_and_jump:
    xor %edi, %edi
clear_vectors:
    fninit
    .irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
    pxor %xmm\n, %xmm\n
    .endr
    xor %r8d, %r8d
    xor %r9d, %r9d
    xor %r10d, %r10d
    xor %r11d, %r11d
    xor %esi, %esi
    xor %edx, %edx
    jmp *%rcx

    .section .note.GNU-stack,"",@progbits
