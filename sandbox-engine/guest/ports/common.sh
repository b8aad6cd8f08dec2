# What the scripts of all ports share; sourced, not run.
set -euo pipefail

ports=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
guest=$(dirname "$ports")
cc=${ZEROCLOUD_CC:-$(dirname "$(dirname "$guest")")/zerocloud cc}
out=${ZEROCLOUD_PORTS:-$(dirname "$guest")/target/guest/ports}
jobs=${ZEROCLOUD_JOBS:-$(nproc)}
# One time for all members makes images of equal sources equal.
epoch=2020-01-01T00:00:00Z

die() {
	echo "$(basename "$0"): $*" >&2
	exit 1
}

# unpack PACKAGE DIRECTORY: the Debian source package's upstream files with Debian's patches.
unpack() {
	local from tarball
	from=$("$guest/sysroot.sh" source "$1")
	mkdir -p "$2"
	tarball=$(find "$from" -name '*.orig.tar.*' ! -name '*.asc' | head -1)
	tar -xf "$tarball" -C "$2" --strip-components=1
	if [ "${PATCHED:-yes}" = yes ]; then
		tar -xf "$from"/*.debian.tar.* -C "$2"
		local patch
		while read -r patch _; do
			case $patch in '' | \#*) continue ;; esac
			patch -s -d "$2" -p1 <"$2/debian/patches/$patch"
		done < <(cat "$2/debian/patches/series" 2>/dev/null)
	fi
}

# A new folder for the work of this script, gone at its end.
scratch() {
	work=$(mktemp -d "${TMPDIR:-/tmp}/zerocloud-port.XXXXXX")
	trap 'rm -rf "$work"' EXIT
}

# compile SOURCE...: objects into the current folder, several compilers at a time.
compile() {
	printf '%s\0' "$@" | xargs -0 -n 8 -P "$jobs" $cc "${flags[@]}" -c
}

# image NAME DIRECTORY: packs a tree as a tar image, the same bytes for the same tree.
image() {
	tar -C "$2" --sort=name --owner=0 --group=0 --numeric-owner --mtime="$epoch" --format=pax \
		--pax-option=exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime -cf "$out/$1.tar.part" .
	mv "$out/$1.tar.part" "$out/$1.tar"
	echo "$out/$1.tar"
}
