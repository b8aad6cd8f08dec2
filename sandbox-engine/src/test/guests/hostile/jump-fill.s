# A jump into the fill behind the text.
# expect: SIGSEGV at guest address 0x2ffe0 \(f4f4.*\)
    .include "hostile/hostile.inc"
    begin
    jump 0x2ffe0
    end
