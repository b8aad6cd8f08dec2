#!/bin/sh
# Builds the supervisor: build.sh OUTPUT [compiler options]. Refuses to grow past its limit of lines.
set -eu
here=$(dirname "$0")
output=$1
shift
limit=2000
for tool in gcc readelf; do
    command -v $tool >/dev/null || { echo "the sandbox needs $tool to be built: apt-get install gcc binutils libc6-dev" >&2; exit 1; }
done
lines=$(cat "$here"/*.c "$here"/*.h "$here"/*.S | wc -l)
[ "$lines" -le $limit ] || { echo "the supervisor has $lines lines, its limit is $limit" >&2; exit 1; }
if [ -e "$output" ] && [ -z "$(find "$here" -newer "$output" -type f)" ]; then exit 0; fi
mkdir -p "$(dirname "$output")"
# -mgeneral-regs-only: trusted code neither reads nor leaks the guest's vector and x87 state.
gcc -std=gnu17 -O2 -g -Wall -Wextra -Wconversion -Wno-sign-conversion -Wmissing-prototypes -Werror \
    -static-pie -fPIE -nostdlib -fvisibility=hidden -mgeneral-regs-only -fcf-protection=none -fno-strict-aliasing \
    -fno-tree-loop-distribute-patterns -fno-asynchronous-unwind-tables -fstack-protector-strong \
    -mstack-protector-guard=tls -mstack-protector-guard-reg=gs -mstack-protector-guard-offset=16 \
    -Wl,-z,noexecstack,-z,now,--build-id=none,--no-dynamic-linker "$@" \
    "$here"/*.c "$here"/*.S -o "$output.new"
# It relocates nothing at its start, so nothing may need it.
if readelf -rW "$output.new" | grep -q R_X86_64; then
    echo "the supervisor must not contain absolute addresses:" >&2
    readelf -rW "$output.new" >&2
    exit 1
fi
mv "$output.new" "$output"
