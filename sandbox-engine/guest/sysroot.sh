#!/usr/bin/env bash
# The guest sysroot: musl from Debian's sources on top of ZRT, compiled with the guest tool chain
# into a directory of the user's cache.
#
#   sysroot.sh path     prints where the sysroot of these sources belongs (it may not exist yet)
#   sysroot.sh build    builds it if it is missing, then prints its path
#   sysroot.sh source PACKAGE    fetches a Debian source package into the cache, prints the folder
#
# ZEROCLOUD_SYSROOT        use this directory as it is
# ZEROCLOUD_MUSL_TARBALL   musl_1.2.3.orig.tar.gz from elsewhere (needs neither apt nor a network)
# ZEROCLOUD_CC             the compiler's command, default "zerocloud cc"
# ZEROCLOUD_REWRITER       the version of what turns assembly into guest code; part of the path
# ZEROCLOUD_JOBS           compilers at a time, default one a core
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/zerocloud
cc=${ZEROCLOUD_CC:-$here/../../zerocloud cc}
jobs=${ZEROCLOUD_JOBS:-$(nproc)}

musl_version=1.2.3
musl_sha256=7d5b0b6062521e4627e099e4c9dc8248d32a30285e959b7eecaa780cf8cfd4a4

die() {
	echo "sysroot: $*" >&2
	exit 1
}

# Everything that shapes the result; the compiler's own version is its caller's affair.
digest() {
	(
		cd "$here"
		echo "$musl_sha256"
		echo "${ZEROCLOUD_REWRITER:-}"
		find sysroot.sh zrt include musl string gcc -type f -print0 2>/dev/null | LC_ALL=C sort -z | xargs -0 sha256sum
	) | sha256sum | cut -c1-16
}

path() {
	echo "${ZEROCLOUD_SYSROOT:-$cache/sysroot-$(digest)}"
}

# Debian's source packages by apt's own means, but with its lists and cache in our folder: no root,
# and the machine's sources stay as they are.
fetch_source() {
	local package=$1 apt=$cache/apt to=$cache/source/$1
	if ! compgen -G "$to/*.dsc" >/dev/null; then
		command -v apt-get >/dev/null || die "cannot fetch $package: this machine has no apt-get"
		mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial" "$to"
		local keyring=/usr/share/keyrings/debian-archive-keyring.gpg mirror
		mirror=$(apt-get indextargets --format '$(SITE)' 'Origin: Debian' 2>/dev/null | head -1)
		echo "deb-src [signed-by=$keyring] ${mirror:-http://deb.debian.org/debian} bookworm main" \
			>"$apt/sources.list"
		local options=(
			-o "Dir::Etc::SourceList=$apt/sources.list" -o Dir::Etc::SourceParts=/dev/null
			-o "Dir::State::Lists=$apt/lists" -o "Dir::Cache=$apt/cache"
			-o APT::Sandbox::User= -qq
		)
		(cd "$to" && apt-get "${options[@]}" update >&2 &&
			apt-get "${options[@]}" source --download-only "$package" >&2) ||
			die "cannot fetch the source package $package"
	fi
	echo "$to"
}

musl_tarball() {
	local tarball=${ZEROCLOUD_MUSL_TARBALL:-}
	[ -n "$tarball" ] || tarball=$(fetch_source musl)/musl_$musl_version.orig.tar.gz
	[ -f "$tarball" ] || die "no such file: $tarball"
	echo "$musl_sha256  $tarball" | sha256sum --check --status ||
		die "$tarball is not musl $musl_version (its SHA-256 differs from $musl_sha256)"
	echo "$tarball"
}

# Compiles the sources of one folder in one run of the compiler: objects of equal names in
# different folders do not meet, and the compiler starts once a folder.
compile_folder() {
	local objects=$1
	shift
	mkdir -p "$objects"
	(cd "$objects" && $cc -c "$@")
}

headers() {
	local musl=$1 to=$2
	mkdir -p "$to/bits" "$work/generated/bits"
	sed -f "$musl/tools/mkalltypes.sed" "$musl/arch/x32/bits/alltypes.h.in" \
		"$musl/include/alltypes.h.in" >"$work/generated/bits/alltypes.h"
	cp "$musl/arch/x32/bits/syscall.h.in" "$work/generated/bits/syscall.h"
	sed -n -e 's/__NR_/SYS_/p' <"$musl/arch/x32/bits/syscall.h.in" >>"$work/generated/bits/syscall.h"
	echo "#define VERSION \"$musl_version\"" >"$work/generated/version.h"
	(cd "$musl/include" && find . -name '*.h' -print0 | xargs -0 cp --parents -t "$to")
	cp "$musl"/arch/generic/bits/*.h "$to/bits"
	cp "$musl"/arch/x32/bits/*.h "$work/generated/bits"/*.h "$to/bits"
	cp "$here"/include/*.h "$to"
}

# The sources of musl that are used: of a file in several versions the one for this machine.
musl_sources() {
	local musl=$1 folder file base
	for folder in "$musl"/src/*/; do
		for file in "$folder"*.c "$folder"x32/*.[csS]; do
			[ -e "$file" ] || continue
			base=$(basename "${file%.*}")
			if [ "${file%/*}/" = "$folder" ] && compgen -G "${folder}x32/$base.[csS]" >/dev/null; then
				continue
			fi
			echo "$file"
		done
	done
}

build() {
	local to=$1 musl tarball
	tarball=$(musl_tarball)
	work=$(mktemp -d "${TMPDIR:-/tmp}/zerocloud-sysroot.XXXXXX")
	trap 'rm -rf "$work"' EXIT
	mkdir -p "$work/musl" "$work/root/lib"
	# What is compiled here must not ask for the sysroot that is being built.
	export ZEROCLOUD_SYSROOT=$work/root
	tar -xf "$tarball" -C "$work/musl" --strip-components=1
	musl=$work/musl

	# Assembly that makes system calls or threads, and what replaces it.
	rm -r "$musl"/src/thread/x32 "$musl"/src/setjmp/x32 "$musl"/src/process/x32 "$musl"/src/ldso/x32 \
		"$musl"/src/signal/x32/restore.s "$musl"/src/malloc/{calloc,free,libc_calloc,lite_malloc,realloc,replaced}.c
	cp -r "$here"/musl/* "$musl"
	cp "$here"/string/*.[ch] "$musl/src/string"
	headers "$musl" "$work/root/include"

	local includes=(-I"$musl/arch/x32" -I"$musl/arch/generic" -I"$work/generated"
		-I"$musl/src/include" -I"$musl/src/internal" -I"$musl/include" -I"$here/include" -I"$here")
	local flags=(-std=c99 -O2 -nostdinc -ffreestanding -w -D_XOPEN_SOURCE=700
		-fno-tree-loop-distribute-patterns -fexcess-precision=standard -frounding-math
		-fno-strict-aliasing "${includes[@]}")
	local runtime_flags=(-std=gnu11 -O2 -nostdinc -ffreestanding -Wall -D_GNU_SOURCE
		-fno-strict-aliasing -I"$work/root/include" -I"$here/include")
	echo "sysroot: compiling the C library (a few minutes, once)" >&2
	local folder files failed=0
	musl_sources "$musl" >"$work/sources"
	while read -r folder; do
		mapfile -t files < <(grep -E "^${folder//./\\.}/[^/]*$" "$work/sources")
		while [ "$(jobs -rp | wc -l)" -ge "$jobs" ]; do
			wait -n || failed=1
		done
		compile_folder "$work/objects/${folder#"$musl"/src/}" "${flags[@]}" "${files[@]}" &
	done < <(xargs -n1 dirname <"$work/sources" | uniq -c | sort -rn | awk '{print $2}')
	compile_folder "$work/objects/zrt-runtime" "${runtime_flags[@]}" "$here"/zrt/*.c || failed=1
	while [ "$(jobs -rp | wc -l)" -gt 0 ]; do
		wait -n || failed=1
	done
	[ $failed = 0 ] || die "the C library does not compile"

	local objects=$work/root/lib
	(cd "$work/objects" && find . -name '*.o' -print0 | LC_ALL=C sort -z |
		xargs -0 ar -qcSD "$objects/libc.a" && ranlib -D "$objects/libc.a")
	(cd "$objects" && $cc -c "$here/musl/crt/crt1.s" -o crt1.o &&
		as --64 -o crti.o /dev/null && as --64 -o crtn.o /dev/null)
	# musl has everything in one library; the names that makefiles ask for exist and are empty.
	for library in m pthread rt dl util crypt resolv xnet; do
		ar -qcD "$objects/lib$library.a"
	done
	if [ -x "$here/gcc/libgcc.sh" ]; then
		"$here/gcc/libgcc.sh" "$work/root"
	fi

	# Into place in one step, also from another file system.
	[ ! -e "$to" ] || rmdir "$to" 2>/dev/null || die "$to exists and is no sysroot"
	rm -rf "$to.part"
	mv -T "$work/root" "$to.part"
	mv -T "$to.part" "$to"
}

case ${1:-} in
path)
	path
	;;
build)
	to=$(path)
	if [ ! -f "$to/lib/libc.a" ]; then
		# Whoever comes second waits, and finds it done.
		mkdir -p "$(dirname "$to")"
		exec 8>"$to.lock"
		flock 8
		[ -f "$to/lib/libc.a" ] || build "$to"
	fi
	echo "$to"
	;;
source)
	[ -n "${2:-}" ] || die "usage: sysroot.sh source PACKAGE"
	fetch_source "$2"
	;;
*)
	sed -n '2,/^set/s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"
	exit 2
	;;
esac
