# A jump into its own data.
# expect: SIGSEGV at guest address 0x4[0-9a-f]+.*, access to 0x4[0-9a-f]+
    .include "hostile/hostile.inc"
    begin
    jump code
    end
    .data
    .p2align 5
code: .fill 64, 1, 0x90
