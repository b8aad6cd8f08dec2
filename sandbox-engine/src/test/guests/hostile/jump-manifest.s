# A jump into the user manifest.
# expect: SIGSEGV at guest address 0xfeffffe0.*, access to 0xfeffffe0
    .include "hostile/hostile.inc"
    begin
    jump 0xfeffffe0
    end
