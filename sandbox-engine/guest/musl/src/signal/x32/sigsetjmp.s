# The return address and rbx wait in the buffer's part for the signal mask, behind the registers.
.text
.global sigsetjmp
.global __sigsetjmp
.type sigsetjmp,@function
.type __sigsetjmp,@function
sigsetjmp:
__sigsetjmp:
	testl %esi,%esi
	jz 1f
	popq %rdx
	movl %edx,64(%edi)
	movq %rbx,80(%edi)
	movl %edi,%ebx
	call setjmp
	movl 64(%ebx),%edx
	pushq %rdx
	movl %ebx,%edi
	movl %eax,%esi
	movq 80(%ebx),%rbx
.hidden __sigsetjmp_tail
	jmp __sigsetjmp_tail
1:	jmp setjmp
.section .note.GNU-stack,"",@progbits
