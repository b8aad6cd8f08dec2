# The last word of the heap is writable.
# expect: exited with 0
    .include "hostile/hostile.inc"
    begin
    store HEAP_END-4, 5
    load HEAP_END-4
    want 5, 1
    end
