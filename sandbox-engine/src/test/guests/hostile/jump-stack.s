# A jump to code on the stack.
# expect: SIGSEGV at guest address 0xffffff00.*, access to 0xffffff00
    .include "hostile/hostile.inc"
    begin
    store 0xffffff00, 0x90909090
    jump 0xffffff00
    end
