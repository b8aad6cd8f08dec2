# What a trap preserves and what it clears.
# expect: exited with 0
    .include "hostile/hostile.inc"
    begin
    movl $0x11, %ebx
    movl $0x22, %r12d
    movl $0x33, %r13d
    movl $0x44, %r14d
    movl $-1, %edx
    movl $-1, %esi
    movl $-1, %r8d
    movl $-1, %r9d
    movl $-1, %r10d
    pcmpeqd %xmm0, %xmm0
    pcmpeqd %xmm15, %xmm15
    movq %rsp, %rbp
    do 0x1234
    cmpq $-1, %rax
    jne bad
    orq %rsi, %rdx
    orq %r8, %rdx
    orq %r9, %rdx
    orq %r10, %rdx
    orq %r11, %rdx
    movq %xmm0, %rax
    orq %rax, %rdx
    movq %xmm15, %rax
    orq %rax, %rdx
    jnz bad
    leal (%rbx,%r12), %eax
    addl %r13d, %eax
    addl %r14d, %eax
    cmpl $0xaa, %eax
    jne bad
    cmpq %rsp, %rbp
    jne bad
    jmp good
bad:
    movl $1, %ebx
    jmp failed
good:
    end
