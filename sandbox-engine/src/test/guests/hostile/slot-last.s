# Nor is the last one.
# expect: nacl syscall #2047 received
    .include "hostile/hostile.inc"
    begin
    jump 0x1ffe0
    end
