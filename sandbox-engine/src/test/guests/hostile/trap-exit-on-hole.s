# Exit needs no stack.
# expect: exited with 9
    .include "hostile/hostile.inc"
    begin
    leal block(%rip), %edi
    stack_at 0x80000000
    jmp trap_slot
    end
    .data
    call_block block, EXIT, 9
