# Two puts are allowed.
# expect: exited with 0
# options: puts=2
    .include "hostile/hostile.inc"
    begin
    do WRITE, 1, text, 1
    want 1, 1
    do WRITE, 1, text, 0
    want 0, 2
    do WRITE, 1, text, 1
    want 1, 3
    do WRITE, 1, text, 1
    want -122, 4
    end
    .data
text: .ascii "hello"
