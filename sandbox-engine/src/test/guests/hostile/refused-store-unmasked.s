# A store anywhere.
# expect: refused: BAD_BASE
    .include "hostile/hostile.inc"
    begin
    movl $1, (%rax)
    end
