# Validated code on the heap runs, also after it was changed.
# expect: exited with 0
# options: jail
    .include "hostile/hostile.inc"
    begin
    movl $HEAP, %edi
    movl $0xf4, %eax
    movl $0x10000, %ecx
    .bundle_lock
    movl %edi, %edi
    leaq (%r15,%rdi), %rdi
    rep stosb
    .bundle_unlock
    store HEAP, 0x9004c283
    store HEAP+4, 0x415b4190
    store HEAP+8, 0x4de0e383
    store HEAP+12, 0xff41fb01
    store HEAP+16, 0xf4f4f4e3
    do JAIL, HEAP, 0x10000
    want 0, 1
    xorl %edx, %edx
    call_at HEAP
    movl %edx, %eax
    want 4, 2
    do UNJAIL, HEAP, 0x10000
    want 0, 3
    store HEAP, 0x9005c283
    do JAIL, HEAP, 0x10000
    want 0, 4
    xorl %edx, %edx
    call_at HEAP
    movl %edx, %eax
    want 5, 5
    end
