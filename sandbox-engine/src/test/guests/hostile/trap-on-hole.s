# A trap with the stack in the hole.
# expect: SIGSEGV outside guest code, access to 0x80000000, beyond its memory limit of 67108864 bytes
    .include "hostile/hostile.inc"
    begin
    leal block(%rip), %edi
    stack_at 0x80000000
    jmp trap_slot
    end
    .data
    call_block block, 0x1234
