# Upper halves of buffer, channel and size are ignored.
# expect: exited with 0
    .include "hostile/hostile.inc"
    begin
    do WRITE, 0x7fffffff00000001, text+0x500000000, 0x300000005
    want 5, 1
    end
    .data
text: .ascii "hello"
