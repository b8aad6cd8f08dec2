# A trap with the stack at 0.
# expect: SIGSEGV outside guest code, access to 0x0
    .include "hostile/hostile.inc"
    begin
    leal block(%rip), %edi
    stack_at 0
    jmp trap_slot
    end
    .data
    call_block block, 0x1234
