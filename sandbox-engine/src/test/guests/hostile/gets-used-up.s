# Two gets are allowed.
# expect: exited with 0
# options: stdin=abcdefgh gets=2
    .include "hostile/hostile.inc"
    begin
    do READ, 0, HEAP, 1
    want 1, 1
    do READ, 0, HEAP, 1
    want 1, 2
    do READ, 0, HEAP, 1
    want -122, 3
    end
