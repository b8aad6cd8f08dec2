# The masked address uses only 32 bits of what the guest computed.
# expect: SIGSEGV at guest address 0x40000000.*
    .include "hostile/hostile.inc"
    begin
    movq $-1, %rax
    movabsq $0x7fffffff40000000, %r11
    .bundle_lock
    andl $-32, %r11d
    addq %r15, %r11
    jmp *%r11
    .bundle_unlock
    end
