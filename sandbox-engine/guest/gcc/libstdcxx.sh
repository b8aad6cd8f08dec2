#!/usr/bin/env bash
# libstdcxx.sh SYSROOT: builds gcc's C++ library for guests into SYSROOT/lib/libstdc++.a, libsupc++.a and
# SYSROOT/include/c++/12, with its own configure script. Threads exist as far as the C library has them.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$1
source=$("$here/source.sh")
cc=${ZEROCLOUD_CC:-$here/../../../zerocloud cc}
cxx=${ZEROCLOUD_CXX:-$here/../../../zerocloud c++}
export ZEROCLOUD_SYSROOT=$root
host=x86_64-linux-muslx32
mkdir -p "$root/lib"
exec 9>"$root/lib/libstdc++.lock"
flock 9
[ ! -e "$root/lib/libstdc++.a" ] || exit 0
work=$(mktemp -d "${TMPDIR:-/tmp}/zerocloud-libstdcxx.XXXXXX")
trap 'rm -rf "$work"' EXIT
log=${ZEROCLOUD_BUILD_LOG:-$work/log}
cd "$work"

# libgcc's build would have left its thread header where this one looks for it.
mkdir -p libgcc libstdc++-v3
ln -s "$source/libgcc/gthr-posix.h" libgcc/gthr-default.h
cd libstdc++-v3

fail() {
	tail -30 "$log" >&2
	echo "libstdc++: $1" >&2
	exit 1
}

CC=$cc CXX=$cxx CFLAGS="-O2 -w" CXXFLAGS="-O2 -w" "$source/libstdc++-v3/configure" --host=$host --build=x86_64-linux-gnu \
	--prefix="$root" --with-gxx-include-dir="$root/include/c++/12" --disable-shared --enable-static --disable-multilib \
	--disable-nls --disable-libstdcxx-pch --disable-libstdcxx-filesystem-ts --enable-clocale=generic \
	--without-libiconv-prefix >"$log" 2>&1 || fail "configure does not understand the guest compiler"
make -j"${ZEROCLOUD_JOBS:-$(nproc)}" >>"$log" 2>&1 || fail "the library does not compile"
make -C include install >>"$log" 2>&1 || fail "the headers cannot be installed"
make -C libsupc++ install >>"$log" 2>&1 || fail "the headers cannot be installed"
cp libsupc++/.libs/libsupc++.a "$root/lib/libsupc++.a"
cp src/.libs/libstdc++.a "$root/lib/libstdc++.a.new"
mv "$root/lib/libstdc++.a.new" "$root/lib/libstdc++.a"
