# A jump below the trampoline.
# expect: SIGSEGV at guest address 0xffe0.*, access to 0xffe0
    .include "hostile/hostile.inc"
    begin
    jump 0xffe0
    end
