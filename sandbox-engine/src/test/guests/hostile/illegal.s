# An illegal instruction.
# expect: SIGILL at guest address 0x2[0-9a-f]{4} \(0f0b.*\)
    .include "hostile/hostile.inc"
    begin
    ud2
    end
