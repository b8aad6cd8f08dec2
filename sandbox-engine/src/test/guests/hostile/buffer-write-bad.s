# Buffers that a write must not read.
# expect: exited with 0
    .include "hostile/hostile.inc"
    begin
    do WRITE, 1, 0, 1
    want -22, 1
    do WRITE, 1, 0xfffc, 8
    want -22, 2
    do WRITE, 1, 0x80000000, 1
    want -22, 3
    do WRITE, 1, HEAP_END-4, 8
    want -22, 4
    do WRITE, 1, 0xfffffff0, 32
    want -22, 5
    do WRITE, 1, HEAP, 0x7fffffff
    want -22, 6
    do WRITE, 1, 0x2fff0, 0x7fffffff
    want -22, 7
    end
