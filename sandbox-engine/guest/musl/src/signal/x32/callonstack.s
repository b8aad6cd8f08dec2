# zrt_call_on_stack(top, handler, signal, info, context): the handler's frame begins below `top`.
.text
.global zrt_call_on_stack
.type zrt_call_on_stack,@function
zrt_call_on_stack:
	pushq %rbx
	movl %esp,%ebx
	movl %esi,%eax
	andl $-16,%edi
	movl %edi,%esp
	movl %edx,%edi
	movl %ecx,%esi
	movl %r8d,%edx
	call *%rax
	movl %ebx,%esp
	popq %rbx
	ret
.section .note.GNU-stack,"",@progbits
