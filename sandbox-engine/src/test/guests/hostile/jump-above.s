# A direct jump far forward.
# expect: SIGSEGV at guest address 0x600[0-9a-f]+.*
    .include "hostile/hostile.inc"
    begin
    jmp _start + 0x60000000
    end
