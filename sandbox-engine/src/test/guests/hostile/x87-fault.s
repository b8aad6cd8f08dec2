# A pending x87 exception ends the guest that waits for it.
# expect: SIGFPE at guest address 0x2[0-9a-f]{4} .*
    .include "hostile/hostile.inc"
    begin
    fldcw value(%rip)
    fld1
    fldz
    fdivrp
    fwait
    end
    .data
value: .long 0x0340
