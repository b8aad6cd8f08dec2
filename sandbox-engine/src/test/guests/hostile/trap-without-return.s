# A trap whose return address is whatever lies on the stack: 0.
# expect: SIGSEGV at guest address 0x0.*
    .include "hostile/hostile.inc"
    begin
    leal block(%rip), %edi
    jmp trap_slot
    end
    .data
    call_block block, 0x1234
