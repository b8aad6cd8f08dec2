# A jump to address 0.
# expect: SIGSEGV at guest address 0x0.*, access to 0x0
    .include "hostile/hostile.inc"
    begin
    jump 0
    end
