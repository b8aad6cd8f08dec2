#!/usr/bin/env bash
# Prints the folder with the parts of gcc's sources that guests need (libgcc, libstdc++, gcc's own execution tests),
# unpacked once into the user's cache from Debian's package gcc-12-source.
#
# ZEROCLOUD_GCC_TARBALL    gcc-12.2.0-dfsg.tar.xz from elsewhere (needs neither apt nor a network)
set -euo pipefail

cache=${XDG_CACHE_HOME:-$HOME/.cache}/zerocloud/source
folder=$cache/gcc-12
tarball=gcc-12.2.0-dfsg.tar.xz

die() {
	echo "gcc source: $*" >&2
	exit 1
}

# The package holds nothing but the tarball, so it is unpacked here and not installed: no root is needed.
fetch() {
	local installed=/usr/src/gcc-12/$tarball
	if [ -n "${ZEROCLOUD_GCC_TARBALL:-}" ]; then
		echo "$ZEROCLOUD_GCC_TARBALL"
	elif [ -e "$installed" ]; then
		echo "$installed"
	else
		command -v apt-get >/dev/null || die "this machine has no apt-get: set ZEROCLOUD_GCC_TARBALL to $tarball"
		(cd "$1" && apt-get download -q gcc-12-source >&2) || die "cannot fetch Debian's package gcc-12-source"
		dpkg-deb -x "$1"/gcc-12-source_*.deb "$1/package"
		echo "$1/package$installed"
	fi
}

if [ ! -d "$folder" ]; then
	mkdir -p "$cache"
	exec 9>"$cache/gcc-12.lock"
	flock 9
	if [ ! -d "$folder" ]; then
		partial=$(mktemp -d "$cache/gcc-12.XXXXXX")
		trap 'rm -rf "$partial"' EXIT
		mkdir "$partial/unpacked"
		tar -xJf "$(fetch "$partial")" -C "$partial/unpacked" --strip-components=1 --wildcards \
			--no-wildcards-match-slash '*/libgcc' '*/libstdc++-v3' '*/libiberty' '*/include' '*/config' \
			'*/gcc/testsuite/gcc.c-torture/execute' '*/gcc/BASE-VER' '*/gcc/DATESTAMP' '*/COPYING*' '*/*.sh' '*/config*' \
			'*/depcomp' '*/compile' '*/missing' '*/install-sh' '*/mkinstalldirs' '*/move-if-change' '*/multilib.am'
		mv "$partial/unpacked" "$folder"
	fi
fi
echo "$folder"
