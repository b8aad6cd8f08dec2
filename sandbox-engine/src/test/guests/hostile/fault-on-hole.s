# An illegal instruction with the stack in the hole: the signal frame is not there.
# expect: SIGILL at guest address 0x2[0-9a-f]{4} \(0f0b.*\)
    .include "hostile/hostile.inc"
    begin
    stack_at 0x80000000
    ud2
    end
