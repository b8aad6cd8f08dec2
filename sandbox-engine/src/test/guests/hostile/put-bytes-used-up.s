# Seven bytes are allowed: the second write is clipped.
# expect: exited with 0
# options: put-bytes=7
    .include "hostile/hostile.inc"
    begin
    do WRITE, 1, text, 5
    want 5, 1
    do WRITE, 1, text, 5
    want 2, 2
    do WRITE, 1, text, 5
    want -122, 3
    end
    .data
text: .ascii "hello"
