# A negative code.
# expect: exited with -1
    .include "hostile/hostile.inc"
    begin
    do EXIT, -1
    end
