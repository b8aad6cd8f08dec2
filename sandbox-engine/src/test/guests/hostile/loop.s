# An endless loop.
# expect: session timeout
# options: timeout=300
    .include "hostile/hostile.inc"
    begin
again:
    jmp again
    end
