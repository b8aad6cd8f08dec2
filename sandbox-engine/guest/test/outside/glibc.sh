#!/usr/bin/env bash
# glibc's own tests (Debian's source package glibc) against the guest's C library. What only glibc has cannot pass with
# another library, so each test is first built and run with the same musl natively (Debian's musl-tools): those that
# pass there have to pass in the sandbox. Prints each that does not and, last, the counts. Exits 1 if a test fails that
# is not in glibc-expected.txt.
#
#   glibc.sh [REGEX]     (default: all tests)
#
# ZEROCLOUD_CC, ZEROCLOUD_RUN   the commands, default "zerocloud cc" and "zerocloud run"
set -uo pipefail

. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
command -v musl-gcc >/dev/null || die "needs musl-gcc (Debian: musl-tools)"

groups=(assert catgets ctype dirent iconv io libio locale malloc math misc nptl posix rt setjmp signal stdio-common
	stdlib string time wcsmbs wctype)
# What takes a second process or thread, a socket or a shared library.
impossible='\b(x?fork|vfork|x?pthread_create|thrd_create|system|popen|x?socket|dlopen|posix_spawn|exec[lv]p?e?|daemon|support_capture_subprocess|support_isolate_in_subprocess)[[:space:]]*\('

source=$("$guest/sysroot.sh" source glibc) || exit 1
export tree=$work/glibc
mkdir -p "$tree" "$work/include"
tar -xf "$source"/*.orig.tar.* -C "$tree" --strip-components=1
cp -r "$outside"/glibc/* "$work/include"
ln -s "$tree/support" "$work/include/support"
ln -s "$tree"/test-skeleton.c "$tree"/include/{array_length,intprops,libc-diag,verify}.h "$tree/support/xstdio.h" "$work/include"
touch "$work/include/config.h"
export flags="-O1 -fno-builtin -w -std=gnu11 -D_GNU_SOURCE -D_LARGEFILE64_SOURCE -include prefix.h -I$work/include -I$tree/support"

# support NAME COMPILER...: the library that all tests share, of the files that are not about glibc alone.
support() {
	local name=$1 file
	shift
	mkdir "$work/$name"
	while read -r file; do
		echo "$tree/support/$file.c"
	done <"$outside/glibc/support.txt" | (cd "$work/$name" && xargs "$@" $flags -c) &&
		ar -qc "$work/$name.a" "$work/$name"/*.o
}
# shellcheck disable=SC2086
support native musl-gcc && support guest $cc || die "glibc's support library does not compile"

one() {
	local test=$1 out result
	out=$work/$(echo "$test" | tr / _)
	cd "$tree/$(dirname "$test")" || return
	# shellcheck disable=SC2086
	musl-gcc -static $flags "$(basename "$test")" "$work/native.a" -lm -o "$out" >/dev/null 2>&1 || {
		echo "OTHER $test"
		return
	}
	timeout -k 1 60 "$out" --direct </dev/null >/dev/null 2>&1 || {
		echo "OTHER $test"
		rm -f "$out"
		return
	}
	# shellcheck disable=SC2086
	$cc $flags "$(basename "$test")" "$work/guest.a" -lm -o "$out" >/dev/null 2>&1 || {
		echo "BUILD $test"
		return
	}
	# shellcheck disable=SC2086
	$run "$out" --direct </dev/null >/dev/null 2>&1
	result=$?
	rm -f "$out"
	case $result in
	0) echo "PASS $test" ;;
	1) echo "FAIL $test" ;;
	77) echo "UNSUPPORTED $test" ;;
	*) echo "EXIT-$result $test" ;;
	esac
}
export -f one

for group in "${groups[@]}"; do
	(cd "$tree" && grep -lE 'test-driver\.c|test-skeleton\.c|\bmain \(' "$group"/{tst,test,bug}*.c | xargs grep -LE "$impossible")
done 2>/dev/null | grep -E "${1:-.}" >tests
each one
grep -vE '^(PASS|OTHER)' results
judge glibc-expected.txt "which musl passes natively too; $(grep -c ^OTHER results) of $(wc -l <tests) are about what only glibc has"
