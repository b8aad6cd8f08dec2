# DF set by the guest disturbs no trap and is clear afterwards.
# expect: exited with 0
    .include "hostile/hostile.inc"
    begin
    std
    do WRITE, 1, text, 5
    want 5, 1
    movl $room, %edi
    .bundle_lock
    movl %edi, %edi
    leaq (%r15,%rdi), %rdi
    stosb
    .bundle_unlock
    movl %edi, %eax
    subl $room, %eax
    want 1, 2
    end
    .data
text: .ascii "hello"
room: .quad 0
