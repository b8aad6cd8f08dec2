# Addresses are saved as 32-bit offsets: the high halves are the sandbox's affair.
.text
.global __setjmp
.global _setjmp
.global setjmp
.type __setjmp,@function
.type _setjmp,@function
.type setjmp,@function
__setjmp:
_setjmp:
setjmp:
	movq %rbx,(%edi)
	movl %ebp,8(%edi)
	movq %r12,16(%edi)
	movq %r13,24(%edi)
	movq %r14,32(%edi)
	leal 8(%rsp),%edx
	movl %edx,48(%edi)
	movl (%rsp),%edx
	movl %edx,56(%edi)
	xorl %eax,%eax
	ret
.section .note.GNU-stack,"",@progbits
