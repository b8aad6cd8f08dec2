# Endless recursion.
# expect: SIGSEGV at guest address 0x2[0-9a-f]{4}.*, access to 0xfefffff8
    .include "hostile/hostile.inc"
    begin
again:
    pushq %rax
    jmp again
    end
