# A system call.
# expect: refused: SYSTEM
    .include "hostile/hostile.inc"
    begin
    syscall
    end
