# A hundred thousand traps with bad arguments.
# expect: exited with 0
    .include "hostile/hostile.inc"
    begin
    movl $100000, %r12d
again:
    trap block
    want -22, 1
    decl %r12d
    jnz again
    end
    .data
    call_block block, READ, 77, -1, -1, -1
