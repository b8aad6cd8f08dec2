# Functions that do not exist.
# expect: exited with 0
    .include "hostile/hostile.inc"
    begin
    do 0
    want -1, 1
    do -1
    want -1, 2
    do 0x6461655300000000
    want -1, 3
    end
