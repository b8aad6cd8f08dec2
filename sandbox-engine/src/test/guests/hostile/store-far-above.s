# The farthest store above: base, eight times the largest index, largest displacement.
# expect: SIGSEGV at guest address 0x2[0-9a-f]{4}.*
    .include "hostile/hostile.inc"
    begin
    .bundle_lock
    movl $-1, %eax
    movl $1, 0x7fffffff(%rsp,%rax,8)
    .bundle_unlock
    end
