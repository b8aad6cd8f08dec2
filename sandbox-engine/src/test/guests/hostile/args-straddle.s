# Arguments that end behind the region.
# expect: exited with 0
    .include "hostile/hostile.inc"
    begin
    store 0xfffffff8, READ
    movl $0xfffffff8, %edi
    pushq $back
    jmp trap_slot
    .p2align 5, 0x90
back:
    want -22, 1
    end
