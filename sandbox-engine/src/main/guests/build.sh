#!/bin/sh
# Assembles the guests that are shipped: build.sh OUTPUT_DIRECTORY
set -eu
here=$(cd "$(dirname "$0")" && pwd)
output=$1
for tool in as ld; do
    command -v $tool >/dev/null || { echo "guests need $tool to be built: apt-get install binutils" >&2; exit 1; }
done
mkdir -p "$output"
for source in "$here"/*.s; do
    nexe=$output/$(basename "$source" .s).nexe
    if [ -e "$nexe" ] && [ -z "$(find "$here" -newer "$nexe" -type f)" ]; then continue; fi
    as --64 -I "$here" -o "$nexe.o" "$source"
    ld -m elf_x86_64 -static -nostdlib -z max-page-size=0x10000 --build-id=none -T "$here/guest.ld" -o "$nexe" "$nexe.o"
    rm "$nexe.o"
done
