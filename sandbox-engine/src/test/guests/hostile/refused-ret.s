# A return through memory.
# expect: refused: RETURN
    .include "hostile/hostile.inc"
    begin
    ret
    end
