# A push below address 0 meets the guard.
# expect: SIGSEGV at guest address 0x2[0-9a-f]{4}.*
    .include "hostile/hostile.inc"
    begin
    stack_at 0
    pushq %rax
    end
