# A code of 32 bits.
# expect: exited with 305419896
    .include "hostile/hostile.inc"
    begin
    do EXIT, 0x7fffffff12345678
    end
