# A cache flush.
# expect: refused: CACHE_CONTROL
    .include "hostile/hostile.inc"
    begin
    clflush (%rsp)
    end
