# Division by zero.
# expect: SIGFPE at guest address 0x2[0-9a-f]{4} .*
    .include "hostile/hostile.inc"
    begin
    xorl %ecx, %ecx
    movl $1, %eax
    xorl %edx, %edx
    divl %ecx
    end
