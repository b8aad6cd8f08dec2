# A stack in data serves for traps as well.
# expect: exited with 0
    .include "hostile/hostile.inc"
    begin
    stack_at room_end
    pushq $1
    popq %rax
    want 1, 1
    do 0x1234
    want -1, 2
    end
    .data
room: .skip 256
room_end: .quad 0
