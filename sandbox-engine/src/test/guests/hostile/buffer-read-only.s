# Code, constants and manifest may be written out: they are the guest's to read.
# expect: exited with 0
    .include "hostile/hostile.inc"
    begin
    do WRITE, 1, TEXT, 16
    want 16, 1
    do WRITE, 1, 0x30000, 4
    want 4, 2
    do WRITE, 1, 0xfefffffc, 4
    want 4, 3
    do WRITE, 1, 0x2fff0, 16
    want 16, 4
    end
