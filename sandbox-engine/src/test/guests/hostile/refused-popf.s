# Flags, AC among them.
# expect: refused: SYSTEM
    .include "hostile/hostile.inc"
    begin
    popfq
    end
