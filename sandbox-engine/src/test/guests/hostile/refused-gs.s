# The supervisor's own data.
# expect: refused: SEGMENT_OVERRIDE
    .include "hostile/hostile.inc"
    begin
    movq %gs:8, %rax
    end
