# Sizes of nothing and less.
# expect: exited with 0
    .include "hostile/hostile.inc"
    begin
    do READ, 0, HEAP, 0
    want 0, 1
    do READ, 0, HEAP, -1
    want -14, 2
    do READ, 0, HEAP, -0x80000000
    want -14, 3
    do WRITE, 1, HEAP, 0
    want 0, 4
    do WRITE, 1, HEAP, -1
    want -14, 5
    do WRITE, 1, HEAP, -0x80000000
    want -14, 6
    do WRITE, 1, HEAP, 0x80000000
    want -14, 7
    end
