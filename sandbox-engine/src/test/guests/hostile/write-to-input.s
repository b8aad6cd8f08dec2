# A random input is not writable.
# expect: exited with 0
# options: data
    .include "hostile/hostile.inc"
    begin
    do WRITE, 3, HEAP, 1, 0
    want -122, 1
    do WRITE, 3, HEAP, 1, -1
    want -22, 2
    end
