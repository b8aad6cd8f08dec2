#!/usr/bin/env bash
# build.sh OUT: builds every program of the guest benchmark twice, as OUT/NAME.nexe for guests and as OUT/NAME.native
# for this machine (LP64) with the same C library; OUT/NAME.in is a program's standard input if it has one.
# zlib, Lua and SQLite come from Debian's sources.
. "$(dirname "$0")/../ports/common.sh"
here=$ports/../bench
to=$1
native=(musl-gcc -static)
command -v musl-gcc >/dev/null || die "needs musl-gcc: apt-get install musl-tools"
command -v tclsh >/dev/null || die "needs tclsh: apt-get install tcl"
scratch
mkdir -p "$to"

# both NAME OPTION... : the two executables of a set of sources.
both() {
	local name=$1
	shift
	$cc -O2 -w -o "$to/$name.nexe" "$@" -lm
	"${native[@]}" -O2 -w -o "$to/$name.native" "$@" -lm
}

for kernel in "$here"/kernels/*.c; do
	both "$(basename "$kernel" .c)" "$kernel"
done

PATCHED=no unpack zlib "$work/zlib"
both zlib -I"$work/zlib" -DHAVE_UNISTD_H -DHAVE_STDARG_H "$here/programs/zlib.c" \
	"$work"/zlib/{adler32,compress,crc32,deflate,inffast,inflate,inftrees,trees,uncompr,zutil}.c

PATCHED=no unpack lua5.4 "$work/lua"
mapfile -t sources < <(ls "$work"/lua/src/*.c | grep -v '/luac\.c$')
both lua -DLUA_USE_POSIX "${sources[@]}"
cp "$here/programs/lua.in" "$to/lua.in"

PATCHED=no unpack sqlite3 "$work/sqlite"
mkdir "$work/amalgamation"
(cd "$work/amalgamation" && ../sqlite/configure --disable-tcl --disable-readline >log 2>&1 &&
	make -s sqlite3.c shell.c >>log 2>&1) || die "cannot put sqlite3.c together"
both sqlite -DSQLITE_THREADSAFE=0 -DSQLITE_OMIT_LOAD_EXTENSION "$work"/amalgamation/{sqlite3,shell}.c
cp "$here/programs/sqlite.in" "$to/sqlite.in"
