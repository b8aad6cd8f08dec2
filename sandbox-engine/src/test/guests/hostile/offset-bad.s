# Offsets on a random channel of 4096 bytes.
# expect: exited with 0
# options: data
    .include "hostile/hostile.inc"
    begin
    do READ, 3, HEAP, 1, -1
    want -22, 1
    do READ, 3, HEAP, 1, 0x8000000000000000
    want -22, 2
    do READ, 3, HEAP, 1, 4096
    want 0, 3
    do READ, 3, HEAP, 1, 4097
    want -14, 4
    do READ, 3, HEAP, 1, 0x7fffffffffffffff
    want -14, 5
    do READ, 3, HEAP, 8, 4092
    want 4, 6
    do READ, 3, HEAP, 4096, 0
    want 4096, 7
    do READ, 3, HEAP, 8192, 0
    want 4096, 8
    end
