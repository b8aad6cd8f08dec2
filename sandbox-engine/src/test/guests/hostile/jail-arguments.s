# Addresses and sizes that are no pages of the heap.
# expect: exited with 0
# options: jail
    .include "hostile/hostile.inc"
    begin
    do JAIL, HEAP+1, 0x10000
    want -22, 1
    do UNJAIL, HEAP+1, 0x10000
    want -22, 2
    do JAIL, HEAP, 0
    want -22, 3
    do UNJAIL, HEAP, 0
    want -22, 4
    do JAIL, HEAP, -1
    want -22, 5
    do UNJAIL, HEAP, -1
    want -22, 6
    do JAIL, TEXT, 0x10000
    want -22, 7
    do UNJAIL, TEXT, 0x10000
    want -22, 8
    do JAIL, 0x10000, 0x10000
    want -22, 9
    do UNJAIL, 0x10000, 0x10000
    want -22, 10
    do JAIL, STACK, 0x10000
    want -22, 11
    do UNJAIL, STACK, 0x10000
    want -22, 12
    do JAIL, HEAP_END, 0x10000
    want -22, 13
    do UNJAIL, HEAP_END, 0x10000
    want -22, 14
    do JAIL, HEAP_END-0x10000, 0x20000
    want -22, 15
    do UNJAIL, HEAP_END-0x10000, 0x20000
    want -22, 16
    do JAIL, 0, 0x10000
    want -22, 17
    do UNJAIL, 0, 0x10000
    want -22, 18
    do JAIL, 0xffff0000, 0x20000
    want -22, 19
    do UNJAIL, 0xffff0000, 0x20000
    want -22, 20
    do JAIL, HEAP, 0x7fffffff
    want -22, 21
    do UNJAIL, HEAP, 0x7fffffff
    want -22, 22
    end
