# A trap that is told to return into data.
# expect: SIGSEGV at guest address 0x4[0-9a-f]+.*
    .include "hostile/hostile.inc"
    begin
    leal block(%rip), %edi
    pushq $block
    jmp trap_slot
    end
    .data
    .p2align 5
    call_block block, 0x1234
