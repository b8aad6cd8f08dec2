# fork outside a daemon returns 0.
# expect: exited with 0
    .include "hostile/hostile.inc"
    begin
    do FORK
    want 0, 1
    end
