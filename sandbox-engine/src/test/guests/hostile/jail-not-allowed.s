# Code at run time is off by default.
# expect: exited with 0
    .include "hostile/hostile.inc"
    begin
    do JAIL, HEAP, 0x10000
    want -13, 1
    do UNJAIL, HEAP, 0x10000
    want -13, 2
    end
