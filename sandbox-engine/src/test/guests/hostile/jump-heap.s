# A jump to code on the heap.
# expect: SIGSEGV at guest address 0x100000.*, access to 0x100000
    .include "hostile/hostile.inc"
    begin
    store HEAP, 0x90909090
    jump HEAP
    end
