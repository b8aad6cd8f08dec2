# A return address inside a bundle leads to its beginning: the call is made again, nothing worse.
# expect: exited with 0
    .include "hostile/hostile.inc"
    begin
    xorl %ecx, %ecx
    .p2align 5, 0x90
again:
    incl %ecx
    cmpl $3, %ecx
    je over
    pushq $again + 7
    return
over:
    end
