# The processor's name.
# expect: refused: CPU_IDENTITY
    .include "hostile/hostile.inc"
    begin
    cpuid
    end
