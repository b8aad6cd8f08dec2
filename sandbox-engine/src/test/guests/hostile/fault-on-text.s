# A division by zero with the stack in code.
# expect: SIGFPE at guest address 0x2[0-9a-f]{4} .*
    .include "hostile/hostile.inc"
    begin
    stack_at _start+64
    xorl %ecx, %ecx
    divl %ecx
    end
