# The x87 control word is reset by a trap.
# expect: exited with 0
    .include "hostile/hostile.inc"
    begin
    fldcw value(%rip)
    fld1
    fld1
    do WRITE, 1, value, 2
    want 2, 1
    fnstcw room(%rip)
    movl room(%rip), %eax
    want 0x37f, 2
    end
    .data
value: .long 0
room: .long 0
