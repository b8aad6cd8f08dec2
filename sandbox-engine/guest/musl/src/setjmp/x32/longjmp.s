.text
.global _longjmp
.global longjmp
.type _longjmp,@function
.type longjmp,@function
_longjmp:
longjmp:
	movl %esi,%eax
	testl %esi,%esi
	jnz 1f
	incl %eax
1:	movq (%edi),%rbx
	movq 16(%edi),%r12
	movq 24(%edi),%r13
	movq 32(%edi),%r14
	movl 56(%edi),%edx
	movl 48(%edi),%ecx
	movl 8(%edi),%ebp
	movl %ecx,%esp
	jmp *%rdx
.section .note.GNU-stack,"",@progbits
