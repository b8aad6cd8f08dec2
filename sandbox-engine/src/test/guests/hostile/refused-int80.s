# The old system call.
# expect: refused: SYSTEM
    .include "hostile/hostile.inc"
    begin
    int $0x80
    end
