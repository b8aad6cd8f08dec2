#!/usr/bin/env bash
# Whole programs in the sandbox, with the commands that a user has: compiles the samples, the tests
# of the C and C++ libraries, the ports and other people's projects, runs each twice, and compares
# what they print with what is expected and with the run before: equal sessions give equal bytes.
# The last line is "N passed, N failed".
#
#   programs.sh [samples|libc|cxx|ports|foreign|python]...     (default: all but python, whose build takes long)
#
# ZEROCLOUD_CC, ZEROCLOUD_CXX, ZEROCLOUD_RUN   the commands, default "zerocloud cc" and so on
set -uo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
guest=$(dirname "$here")
zerocloud=$(dirname "$(dirname "$guest")")/zerocloud
cc=${ZEROCLOUD_CC:-$zerocloud cc}
cxx=${ZEROCLOUD_CXX:-$zerocloud c++}
run=${ZEROCLOUD_RUN:-$zerocloud run}
work=$(mktemp -d "${TMPDIR:-/tmp}/zerocloud-programs.XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
passed=0
failed=0

report() {
	if [ "$1" = 0 ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAILED $2" >&2
	fi
}

# expect NAME CODE COMMAND...: standard input, and the expected output on descriptor 3.
expect() {
	local name=$1 code=$2 turn got
	shift 2
	cat >input
	cat <&3 >expected
	for turn in 1 2; do
		# shellcheck disable=SC2086
		$run "$@" <input >"output$turn" 2>"errors$turn"
		got=$?
		if [ $got != "$code" ]; then
			echo "$name: exit code $got, not $code" >&2
			head -5 "errors$turn" >&2
			report 1 "$name"
			return
		fi
	done
	diff -a output1 output2 >&2 && diff -a errors1 errors2 >&2
	report $? "$name: two runs differ"
	if ! cmp -s output1 expected; then
		diff -a expected output1 | head -10 >&2
		report 1 "$name"
	else
		report 0 "$name"
	fi
}

groups=${*:-samples libc cxx ports foreign}
for group in $groups; do
	[ -f "$here/programs/$group.sh" ] || {
		echo "no such group: $group" >&2
		exit 2
	}
	# shellcheck disable=SC1090
	. "$here/programs/$group.sh"
	$group
done
echo "$passed passed, $failed failed"
[ $failed = 0 ] && [ $passed -gt 0 ]
