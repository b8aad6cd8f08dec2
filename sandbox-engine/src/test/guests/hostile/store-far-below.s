# The farthest store below.
# expect: SIGSEGV at guest address 0x2[0-9a-f]{4}.*
    .include "hostile/hostile.inc"
    begin
    movl $1, -0x80000000(%r15)
    end
