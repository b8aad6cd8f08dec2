# A store above the 4 GiB, from the stack pointer.
# expect: SIGSEGV at guest address 0x2[0-9a-f]{4}.*(?<!access to 0x.{0,10})
    .include "hostile/hostile.inc"
    begin
    movl $1, 0x1000(%rsp)
    end
