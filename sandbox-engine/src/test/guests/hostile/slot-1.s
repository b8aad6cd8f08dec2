# The second slot of the trampoline is no system call.
# expect: nacl syscall #1 received
    .include "hostile/hostile.inc"
    begin
    jump 0x10020
    end
