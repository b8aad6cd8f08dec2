# A store to the first byte behind the heap.
# expect: SIGSEGV at guest address 0x2[0-9a-f]{4}.*, access to 0x3000000, beyond its memory limit of 67108864 bytes
    .include "hostile/hostile.inc"
    begin
    store HEAP_END
    end
