# An endless loop with the stack in the hole: the alarm needs none.
# expect: session timeout
# options: timeout=300
    .include "hostile/hostile.inc"
    begin
    stack_at 0x80000000
again:
    jmp again
    end
