# An indirect jump without its mask.
# expect: refused: UNMASKED_JUMP
    .include "hostile/hostile.inc"
    begin
    jmp *%rax
    end
