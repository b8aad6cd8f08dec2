# Another region.
# expect: refused: R15_MODIFIED
    .include "hostile/hostile.inc"
    begin
    movq %rax, %r15
    end
