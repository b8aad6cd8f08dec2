# A load from the guard behind the region.
# expect: SIGSEGV at guest address 0x2[0-9a-f]{4}.*
    .include "hostile/hostile.inc"
    begin
    movq 0x7ffffff0(%rsp), %rax
    end
