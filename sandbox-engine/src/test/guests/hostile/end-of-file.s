# The end of an input is free, for ever.
# expect: exited with 0
# options: stdin=hello gets=1
    .include "hostile/hostile.inc"
    begin
    do READ, 0, HEAP, 100
    want 5, 1
    do READ, 0, HEAP, 100
    want 0, 2
    do READ, 0, HEAP, 100
    want 0, 3
    do READ, 0, HEAP, 100
    want 0, 4
    do READ, 0, HEAP, 100
    want 0, 5
    end
