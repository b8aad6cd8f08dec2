# Three bytes are allowed.
# expect: exited with 0
# options: stdin=abcdefgh get-bytes=3
    .include "hostile/hostile.inc"
    begin
    do READ, 0, HEAP, 2
    want 2, 1
    do READ, 0, HEAP, 2
    want 1, 2
    do READ, 0, HEAP, 2
    want -122, 3
    end
