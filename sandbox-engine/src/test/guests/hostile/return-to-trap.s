# A return to slot 0 with a block that exits.
# expect: exited with 5
    .include "hostile/hostile.inc"
    begin
    leal block(%rip), %edi
    movl $trap_slot, %eax
    pushq %rax
    return
    end
    .data
    call_block block, EXIT, 5
