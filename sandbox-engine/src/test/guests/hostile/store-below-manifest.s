# A store to the hole below the manifest.
# expect: SIGSEGV at guest address 0x2[0-9a-f]{4}.*, access to 0xf0000000, beyond its memory limit of 67108864 bytes
    .include "hostile/hostile.inc"
    begin
    store 0xf0000000
    end
