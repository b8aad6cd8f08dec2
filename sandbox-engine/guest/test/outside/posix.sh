#!/usr/bin/env bash
# The Open POSIX Test Suite's conformance tests (Debian's source package posixtestsuite) against the guest's C library.
# Each is first built and run with the same musl natively (Debian's musl-tools): those that pass there have to pass in
# the sandbox. Left out is what takes a second process or thread, and message queues. Prints each that does not pass
# and, last, the counts. Exits 1 if a test fails that is not in posix-expected.txt.
#
#   posix.sh [REGEX]     (default: all tests)
#
# ZEROCLOUD_CC, ZEROCLOUD_RUN   the commands, default "zerocloud cc" and "zerocloud run"
# ZEROCLOUD_JOBS                tests at a time, default one a core; natively most of them only sleep
set -uo pipefail

. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
command -v musl-gcc >/dev/null || die "needs musl-gcc (Debian: musl-tools)"

# Asynchronous input and output is done by threads. No test may set this machine's clock or scheduling.
absent='/(aio_|lio_|mq_|mqueue_h|aio_h|clock_settime|sched_set)'
impossible='\b(fork|pthread_create|system|popen|exec[lv]p?e?|setuid|seteuid|mq_open|clock_settime|sched_setscheduler|sched_setparam)[[:space:]]*\('

source=$("$guest/sysroot.sh" source posixtestsuite) || exit 1
export tree=$work/suite
mkdir "$tree"
tar -xf "$source"/*.orig.tar.* -C "$tree" --strip-components=1
export flags="-O1 -w -std=gnu11 -D_GNU_SOURCE -I$tree/include"

one() {
	local test=$1 out link=(-o "$work/$(echo "$1" | tr / _)") result
	out=${link[1]}
	cd "$tree/conformance/$(dirname "$test")" || return
	# Some only show that a declaration compiles.
	grep -qE '\bmain[[:space:]]*\(' "$(basename "$test")" || link+=(-c)
	# shellcheck disable=SC2086
	musl-gcc -static $flags "$(basename "$test")" "${link[@]}" >/dev/null 2>&1 || {
		echo "OTHER $test"
		return
	}
	if [ ${#link[@]} = 2 ] && ! timeout -k 1 60 "$out" </dev/null >/dev/null 2>&1; then
		echo "OTHER $test"
		rm -f "$out"
		return
	fi
	# shellcheck disable=SC2086
	$cc $flags "$(basename "$test")" "${link[@]}" >/dev/null 2>&1 || {
		echo "BUILD $test"
		return
	}
	if [ ${#link[@]} = 3 ]; then
		rm -f "$out"
		echo "PASS $test"
		return
	fi
	# shellcheck disable=SC2086
	$run "$out" </dev/null >/dev/null 2>&1
	result=$?
	rm -f "$out"
	case $result in
	0) echo "PASS $test" ;;
	1) echo "FAIL $test" ;;
	2) echo "FAIL $test is unresolved" ;;
	4 | 5) echo "UNSUPPORTED $test" ;;
	*) echo "EXIT-$result $test" ;;
	esac
}
export -f one

(cd "$tree/conformance" && find interfaces definitions -name '[0-9]*-*.c' | grep -vE "$absent" | xargs grep -LE "$impossible") |
	grep -E "${1:-.}" | sort -V >tests
each one
grep -vE '^(PASS|OTHER)' results
judge posix-expected.txt "which musl passes natively too; $(grep -c ^OTHER results) of $(wc -l <tests) are not for musl"
