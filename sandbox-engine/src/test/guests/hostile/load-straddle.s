# A load that begins in the stack and ends in the guard.
# expect: SIGSEGV at guest address 0x2[0-9a-f]{4}.*
    .include "hostile/hostile.inc"
    begin
    movq 52(%rsp), %rax
    end
