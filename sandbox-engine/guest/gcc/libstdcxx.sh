#!/usr/bin/env bash
# libstdcxx.sh SYSROOT: puts gcc's C++ library for guests into SYSROOT/lib/libstdc++.a, libsupc++.a and
# SYSROOT/include/c++/12, built with its own configure script. Threads exist as far as the C library has them.
#
# The build takes about five minutes of processor time, so its result stays in the user's cache under the digest of
# all that shapes it: these scripts, the rewriter's version, the C library's headers and the names of its functions.
# A change inside the C library's functions therefore costs no new build.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$1
cc=${ZEROCLOUD_CC:-$here/../../../zerocloud cc}
cxx=${ZEROCLOUD_CXX:-$here/../../../zerocloud c++}
cache=${XDG_CACHE_HOME:-$HOME/.cache}/zerocloud
# What is compiled here must not ask for the sysroot that is being completed.
export ZEROCLOUD_SYSROOT=$root

fail() {
	[ ! -e "$log" ] || tail -30 "$log" >&2
	echo "libstdc++: $1" >&2
	exit 1
}

digest() {
	{
		(cd "$here" && sha256sum libstdcxx.sh source.sh rewriter-version)
		(cd "$root/include" && find . -path ./c++ -prune -o -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum)
		nm --defined-only --format=posix "$root/lib/libc.a" 2>/dev/null | awk '$2 ~ /^[TW]$/ { print $1 }' | LC_ALL=C sort -u
		gcc -dumpfullversion
	} | sha256sum | cut -c1-16
}

build() {
	local to=$1 source host=x86_64-linux-muslx32
	source=$("$here/source.sh")
	work=$(mktemp -d "${TMPDIR:-/tmp}/zerocloud-libstdcxx.XXXXXX")
	trap 'rm -rf "$work"' EXIT
	log=${ZEROCLOUD_BUILD_LOG:-$work/log}
	cd "$work"

	# libgcc's build would have left its thread header where this one looks for it.
	mkdir -p libgcc libstdc++-v3
	ln -s "$source/libgcc/gthr-posix.h" libgcc/gthr-default.h
	cd libstdc++-v3
	CC=$cc CXX=$cxx CFLAGS="-O2 -w" CXXFLAGS="-O2 -w" "$source/libstdc++-v3/configure" --host=$host \
		--build=x86_64-linux-gnu --prefix="$work/installed" --with-gxx-include-dir="$work/installed/include/c++/12" \
		--disable-shared --enable-static --disable-multilib --disable-nls --disable-libstdcxx-pch \
		--disable-libstdcxx-filesystem-ts --enable-clocale=generic --without-libiconv-prefix >"$log" 2>&1 ||
		fail "configure does not understand the guest compiler"
	make -j"${ZEROCLOUD_JOBS:-$(nproc)}" >>"$log" 2>&1 || fail "the library does not compile"
	make -C include install >>"$log" 2>&1 || fail "the headers cannot be installed"
	make -C libsupc++ install >>"$log" 2>&1 || fail "the headers cannot be installed"
	mkdir -p "$work/result/lib" "$work/result/include"
	cp libsupc++/.libs/libsupc++.a src/.libs/libstdc++.a "$work/result/lib"
	cp -r "$work/installed/include/c++" "$work/result/include"
	rm -rf "$to.part"
	mv -T "$work/result" "$to.part"
	mv -T "$to.part" "$to"
}

log=
mkdir -p "$cache" "$root/lib"
built=$cache/libstdc++-$(digest)
exec 9>"$built.lock"
flock 9
[ -d "$built" ] || build "$built"
mkdir -p "$root/include/c++"
cp -r "$built/include/c++/." "$root/include/c++"
cp "$built/lib/libsupc++.a" "$root/lib/libsupc++.a"
# Its presence says that all is there, so it comes last and in one step.
cp "$built/lib/libstdc++.a" "$root/lib/libstdc++.a.new"
mv "$root/lib/libstdc++.a.new" "$root/lib/libstdc++.a"
