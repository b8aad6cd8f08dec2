# A direct jump to a slot.
# expect: nacl syscall #7 received
    .include "hostile/hostile.inc"
    begin
    jmp 0x100e0
    end
