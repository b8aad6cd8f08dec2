# Channels that do not exist.
# expect: exited with 0
    .include "hostile/hostile.inc"
    begin
    do READ, -1, HEAP, 1
    want -22, 1
    do READ, 4, HEAP, 1
    want -22, 2
    do WRITE, 0x7fffffff, HEAP, 1
    want -22, 3
    do WRITE, -0x80000000, HEAP, 1
    want -22, 4
    end
