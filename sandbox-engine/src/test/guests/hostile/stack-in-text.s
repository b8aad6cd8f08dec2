# A push into code.
# expect: SIGSEGV at guest address 0x2[0-9a-f]{4}.*, access to 0x2[0-9a-f]{4}
    .include "hostile/hostile.inc"
    begin
    stack_at _start+64
    pushq %rax
    end
