# A jump into the hole between heap and stack.
# expect: SIGSEGV at guest address 0x80000000.*, access to 0x80000000
    .include "hostile/hostile.inc"
    begin
    jump 0x80000000
    end
