# The entry. The stack lies at the very top of the 4 GiB: room is left above the first frame, or a
# frame address plus an index, taken before a negative displacement, would wrap around.
.text
.global _start
.type _start,@function
_start:
	subl $0x10000,%esp
	andl $-16,%esp
	call __start_c
	hlt
.section .note.GNU-stack,"",@progbits
