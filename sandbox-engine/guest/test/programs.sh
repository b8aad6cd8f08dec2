#!/usr/bin/env bash
# Whole programs in the sandbox, with the commands that a user has: compiles the samples, the tests
# of the C library and the ports, runs each twice, and compares what they print with what is
# expected and with the run before: equal sessions give equal bytes. The last line is
# "N passed, N failed".
#
#   programs.sh [samples|libc|ports]...     (default: all)
#
# ZEROCLOUD_CC, ZEROCLOUD_RUN   the commands, default "zerocloud cc" and "zerocloud run"
set -uo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
guest=$(dirname "$here")
zerocloud=$(dirname "$(dirname "$guest")")/zerocloud
cc=${ZEROCLOUD_CC:-$zerocloud cc}
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

samples() {
	make -s -C "$guest/samples" CC="$cc" out="$work" all >&2
	built=$?
	report $built "building the samples"
	[ $built = 0 ] || return
	seq 1 30000 >numbers
	expect hello 0 hello.nexe 'you, "there"' </dev/null 3<<<'Hello, you, "there"!'
	expect cat 0 cat.nexe <numbers 3<numbers
	expect cat-file 0 cat.nexe @numbers </dev/null 3<numbers
	expect cat-missing 1 cat.nexe /no/such/file </dev/null 3</dev/null
	expect wordcount 0 wordcount.nexe <numbers 3<<<"  30000   30000  168894"
	expect grep 0 grep.nexe -c '^1.*(7|8)9?$' <numbers 3< <(grep -cE '^1.*(7|8)9?$' numbers)
	expect grep-none 1 grep.nexe x <numbers 3</dev/null
	expect sort 0 sort.nexe -nr <numbers 3< <(sort -nr numbers)
	expect sha256 0 sha256.nexe <numbers 3< <(sha256sum <numbers)
	expect jsonfilter 0 jsonfilter.nexe a.b.1 c <<<'{"a":{"b":[1,"two"]},"c":3} {"c":[]}' \
		3< <(printf 'two\t3\n\t[]\n')
	expect cgi 0 --env REQUEST_METHOD=GET --env 'QUERY_STRING=a=<1>,2#3' cgi.nexe </dev/null 3< <(
		printf 'Status: 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n'
		printf '<!DOCTYPE html>\n<title>Request</title>\n<table>\n<tr><th>REQUEST_METHOD<td>GET\n<tr><th>PATH_INFO<td>\n'
		printf '<tr><th>QUERY_STRING<td>a=&lt;1&gt;,2#3\n<tr><th>HTTP_USER_AGENT<td>\n</table>\n')
	mkdir -p tree/dir && echo hello >tree/dir/file && ln -s dir/file tree/link && chmod 640 tree/dir/file
	touch -h -d 2001-02-03T04:05:06Z tree/dir/file tree/link tree/dir
	TZ=UTC tar -C tree --sort=name -cf tree.tar dir link
	expect tarlist 0 --image tree.tar,/data tarlist.nexe /data </dev/null 3<<-'END'
		drwxr-xr-x         0 2001-02-03 04:05 /data/dir
		-rw-r-----         6 2001-02-03 04:05 /data/dir/file
		lrwxrwxrwx         0 2001-02-03 04:05 /data/link -> dir/file
	END
	expect image-file 0 --image tree.tar cat.nexe /link </dev/null 3<<<hello
	head -c 1000 tree.tar >broken.tar
	expect broken-image 78 --image broken.tar hello.nexe </dev/null 3</dev/null
}

libc() {
	$cc -O1 -fno-builtin -o fs.nexe "$here/guest/fs.c" "$here/fs_cases.c" -D_GNU_SOURCE -w &&
		$cc -O1 -fno-builtin -o strings.nexe "$here/guest/strings.c" &&
		$cc -O2 -o malloc.nexe "$here/guest/malloc.c" &&
		$cc -O1 -fno-builtin -w -o libc.nexe "$here/guest/libc.c"
	built=$?
	report $built "building the C library's tests"
	[ $built = 0 ] || return
	for program in fs strings malloc; do
		$run $program.nexe <"$here/fs_cases.txt" >result 2>&1
		report $? "$program: $(tail -3 result)"
		echo "$program: $(tail -1 result)"
	done
	$run --env 'PATH_INFO=a,b#c"d\e f' libc.nexe "two words" "" </dev/null >result 2>&1
	report $? "libc: $(cat result)"
	echo "libc: $(tail -1 result)"
}

ports() {
	export ZEROCLOUD_CC=$cc ZEROCLOUD_PORTS=$work/ports
	"$guest/ports/zlib" >/dev/null && "$guest/ports/lua" >/dev/null && "$guest/ports/sqlite" >/dev/null
	built=$?
	report $built "building the ports"
	[ $built = 0 ] || return
	make -s -C "$guest/samples" CC="$cc" out="$work" ZLIB="$work/ports/zlib" with-zlib >&2
	built=$?
	report $built "building gzip"
	[ $built = 0 ] || return
	tar -xf ports/lua.tar && tar -xf ports/sqlite.tar
	seq 1 30000 >numbers
	expect zlib 0 ports/zlib/example.nexe </dev/null 3<<-'END'
		zlib version 1.2.13 = 0x12d0, compile flags = 0x95
		uncompress(): hello, hello!
		gzread(): hello, hello!
		gzgets() after gzseek:  hello!
		inflate(): hello, hello!
		large_inflate(): OK
		after inflateSync(): hello, hello!
		inflate with dictionary: hello, hello!
	END
	gzip <numbers >numbers.gz
	expect gunzip 0 gzip.nexe -d <numbers.gz 3<numbers
	$run gzip.nexe -9 <numbers | gzip -d | cmp -s - numbers
	report $? "gzip -9"
	expect lua 0 lua @"$here/guest/smoke.lua" </dev/null 3<"$here/guest/smoke.lua.out"
	expect sqlite 0 sqlite3 <"$here/guest/smoke.sql" 3<"$here/guest/smoke.sql.out"
}

for group in ${*:-samples libc ports}; do
	$group
done
echo "$passed passed, $failed failed"
[ $failed = 0 ] && [ $passed -gt 0 ]
