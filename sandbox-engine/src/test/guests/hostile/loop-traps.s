# An endless loop of traps.
# expect: session timeout
# options: timeout=300
    .include "hostile/hostile.inc"
    begin
again:
    trap block
    jmp again
    end
    .data
    call_block block, WRITE, 1, TEXT, 0
