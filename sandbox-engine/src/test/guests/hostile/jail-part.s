# A part of a jailed range is neither unjailed nor jailed again alone: jumps of the rest may land anywhere in it.
# expect: exited with 0
# options: jail
    .include "hostile/hostile.inc"
    begin
    movl $HEAP, %edi
    movl $0xf4, %eax
    movl $0x30000, %ecx
    .bundle_lock
    movl %edi, %edi
    leaq (%r15,%rdi), %rdi
    rep stosb
    .bundle_unlock
    store HEAP, 0x00fffde9
    store HEAP+4, 0xf4f4f400
    do JAIL, HEAP, 0x20000
    want 0, 1
    do UNJAIL, HEAP+0x10000, 0x10000
    want -22, 2
    do UNJAIL, HEAP, 0x10000
    want -22, 3
    do JAIL, HEAP+0x10000, 0x10000
    want -22, 4
    do JAIL, HEAP, 0x10000
    want -22, 5
    do JAIL, HEAP+0x10000, 0x20000
    want -22, 6
    do JAIL, HEAP, 0x30000
    want 0, 7
    do UNJAIL, HEAP, 0x20000
    want -22, 8
    do UNJAIL, HEAP, 0x30000
    want 0, 9
    do JAIL, HEAP+0x10000, 0x10000
    want 0, 10
    do UNJAIL, HEAP+0x10000, 0x10000
    want 0, 11
    end
