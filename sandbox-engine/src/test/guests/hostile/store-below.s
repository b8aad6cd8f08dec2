# A store below the region.
# expect: SIGSEGV at guest address 0x2[0-9a-f]{4}.*
    .include "hostile/hostile.inc"
    begin
    movl $1, -0x20000(%r15)
    end
