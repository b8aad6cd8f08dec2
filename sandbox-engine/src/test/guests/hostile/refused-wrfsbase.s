# The base of fs.
# expect: refused: SYSTEM
    .include "hostile/hostile.inc"
    begin
    wrfsbase %rax
    end
