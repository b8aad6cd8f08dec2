# Reading an output and writing an input.
# expect: exited with 0
    .include "hostile/hostile.inc"
    begin
    do READ, 1, HEAP, 1
    want -122, 1
    do WRITE, 0, HEAP, 1
    want -122, 2
    do READ, 2, HEAP, 1
    want -122, 3
    end
