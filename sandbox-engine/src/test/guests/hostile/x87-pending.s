# A pending x87 exception does not reach trusted code.
# expect: exited with 0
    .include "hostile/hostile.inc"
    begin
    fldcw value(%rip)
    fld1
    fldz
    fdivrp
    do WRITE, 1, value, 2
    want 2, 1
    fwait
    end
    .data
value: .long 0x0340
room: .long 0
