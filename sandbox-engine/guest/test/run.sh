#!/usr/bin/env bash
# Compiles the runtime and its tests with the machine's own compiler and runs them; no sandbox, no
# sysroot. The table of file system calls is also held against the machine's kernel.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
work=$(mktemp -d "${TMPDIR:-/tmp}/zrt-test.XXXXXX")
trap 'rm -rf "$work"' EXIT

sources=(./*.c ../zrt/*.c)
sources=("${sources[@]/.\/fs_linux.c/}")
sources=("${sources[@]/..\/zrt\/start.c/}")
sources=("${sources[@]/..\/zrt\/trap.c/}")
flags=(-std=gnu11 -D_GNU_SOURCE -g -O1 -Wall -Wextra -Wno-unused-parameter -Wno-format-truncation
	-fsanitize=address,undefined -fno-sanitize-recover=all -I. -I../zrt -I../include)
# shellcheck disable=SC2068 # empty entries must vanish
printf '%s\n' ${sources[@]} | xargs -P "$(nproc)" -I{} sh -c \
	'gcc "$@" -c {} -o "'"$work"'/$(basename {} .c).o"' gcc "${flags[@]}"
gcc "${flags[@]}" "$work"/*.o -o "$work/tests"
ASAN_OPTIONS=detect_leaks=0 "$work/tests" "$@"

gcc -D_GNU_SOURCE -O1 -I. fs_cases.c fs_words.c fs_linux.c -o "$work/linux"
mkdir "$work/tree"
if [ -d /dev/shm ] && tree=$(mktemp -d /dev/shm/zrt-test.XXXXXX 2>/dev/null); then
	trap 'rm -rf "$work" "$tree"' EXIT
else
	tree=$work/tree
fi
echo "the same table on this kernel: $("$work/linux" fs_cases.txt "$tree")"
