#!/usr/bin/env bash
# SQLite's own self checks (Debian's source package sqlite3) in the sandbox and, for comparison, natively with the same
# musl (Debian's musl-tools, and tcl to put SQLite's source together):
#   fuzzcheck   runs its collections of malformed databases and SQL scripts: as many cases, none of them wrong
#   speedtest1  its sets of statements on a file database, with a checksum over all results
# Exits 1 if one does not print what it prints natively, but for times.
#
#   sqlite.sh
#
# ZEROCLOUD_CC, ZEROCLOUD_RUN   the commands, default "zerocloud cc" and "zerocloud run"
set -uo pipefail

. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
command -v musl-gcc >/dev/null || die "needs musl-gcc (Debian: musl-tools)"

ZEROCLOUD_CC=$cc ZEROCLOUD_PORTS=$work "$guest/ports/sqlite" >/dev/null || die "SQLite does not compile"
mkdir tree data
tar -xf "$("$guest/sysroot.sh" source sqlite3)"/*.orig.tar.xz -C tree --strip-components=1
cp tree/test/fuzzdata?.db data
tar -C data -cf data.tar .

common=(-O1 -w -DSQLITE_THREADSAFE=0 -DSQLITE_OMIT_LOAD_EXTENSION -DHAVE_USLEEP=1 -Isqlite/include -Isqlite/source
	-Itree/test -Itree/ext/recover -idirafter tree/src)
# As SQLite's makefile builds it.
fuzzcheck=(-DSQLITE_ENABLE_MEMSYS5 -DSQLITE_OSS_FUZZ -DSQLITE_MAX_MEMORY=50000000 -DSQLITE_PRINTF_PRECISION_LIMIT=1000
	-DSQLITE_ENABLE_FTS4 -DSQLITE_ENABLE_FTS3_PARENTHESIS -DSQLITE_ENABLE_FTS5 -DSQLITE_ENABLE_RTREE
	-DSQLITE_ENABLE_GEOPOLY -DSQLITE_ENABLE_DBSTAT_VTAB -DSQLITE_ENABLE_BYTECODE_VTAB
	tree/test/{fuzzcheck,ossfuzz,fuzzinvariants,vt02}.c tree/ext/recover/{dbdata,sqlite3recover}.c)
build() {
	local to=$1
	shift
	"$@" "${common[@]}" "${fuzzcheck[@]}" sqlite/source/sqlite3.c -lm -o "$to-fuzzcheck" &&
		"$@" "${common[@]}" -DSQLITE_ENABLE_RTREE tree/test/speedtest1.c sqlite/source/sqlite3.c -lm -o "$to-speedtest1"
}
# shellcheck disable=SC2086
build native musl-gcc -static && build guest $cc || die "the test programs do not compile"

natively() {
	(cd data && "../native-$1" "${@:2}")
}

sandboxed() {
	# shellcheck disable=SC2086
	(cd data && $run --timeout 900 --image ../data.tar,/data --env HOME=/data "../guest-$1" "${@:2}")
}

# What may differ: times, and rates.
untimed() {
	sed -E 's/ in [0-9.]+ seconds?//; s/[0-9]+\.[0-9]+s//; s/[0-9]+\.[0-9]+ (seconds|us|ms).*//; /[Tt]ime|TOTAL|TPS|per second/d'
}

# check NAME PROGRAM ARGUMENT...
check() {
	local name=$1 native guest
	shift
	natively "$@" >native.out 2>&1 </dev/null
	native=$?
	sandboxed "$@" >guest.out 2>&1 </dev/null
	guest=$?
	if [ $native = $guest ] && diff <(untimed <native.out) <(untimed <guest.out) >"$name.diff"; then
		echo "PASS $name $(untimed <guest.out | tail -1)"
	else
		echo "FAIL $name ends with $guest, natively $native: $(head -4 "$name.diff")"
	fi
}

{
	for file in data/fuzzdata?.db; do
		check "$(basename "$file")" fuzzcheck "$(basename "$file")"
	done
	for set in main cte rtree orm fp; do
		check "speedtest1-$set" speedtest1 --verify --size 10 --testset $set speed.db
		rm -f data/speed.db*
	done
	check speedtest1-wal speedtest1 --verify --size 10 --journal wal --exclusive --utf16le speed.db
	rm -f data/speed.db*
	check speedtest1-mmap speedtest1 --verify --size 10 --mmap 10000000 --without-rowid --pagesize 1024 speed.db
} | tee results
judge ''
