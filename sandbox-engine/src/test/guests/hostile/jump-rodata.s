# A jump into constants.
# expect: SIGSEGV at guest address 0x30000.*, access to 0x30000
    .include "hostile/hostile.inc"
    begin
    jump 0x30000
    end
