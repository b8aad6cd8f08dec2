# The clock.
# expect: refused: TIMER
    .include "hostile/hostile.inc"
    begin
    rdtsc
    end
