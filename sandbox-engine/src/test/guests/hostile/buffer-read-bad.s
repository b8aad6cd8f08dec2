# Buffers that must not be written by a read.
# expect: exited with 0
    .include "hostile/hostile.inc"
    begin
    do READ, 0, 0, 1
    want -22, 1
    do READ, 0, 0x10000, 4
    want -22, 2
    do READ, 0, TEXT, 4
    want -22, 3
    do READ, 0, 0x30000, 4
    want -22, 4
    do READ, 0, 0xfefffff0, 4
    want -22, 5
    do READ, 0, 0x80000000, 1
    want -22, 6
    do READ, 0, HEAP_END-4, 8
    want -22, 7
    do READ, 0, HEAP_END, 1
    want -22, 8
    do READ, 0, 0xfffffff0, 32
    want -22, 9
    do READ, 0, 0xffffffff, 2
    want -22, 10
    do READ, 0, HEAP, 0x7fffffff
    want -22, 11
    do READ, 0, 0xfeffffff, 2
    want -22, 12
    end
