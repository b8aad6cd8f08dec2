# A fault with the stack at 0.
# expect: SIGSEGV at guest address 0x2[0-9a-f]{4}.*, access to 0x80000000, beyond its memory limit of 67108864 bytes
    .include "hostile/hostile.inc"
    begin
    stack_at 0
    store 0x80000000
    end
