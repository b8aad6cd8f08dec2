#!/usr/bin/env bash
# BusyBox's own tests (Debian's source package busybox) of the programs that ports/toolbox builds, in the sandbox and, for
# comparison, natively with the same musl (Debian's musl-tools): what passes there has to pass in the sandbox. The tests
# are shell scripts of this machine; each call of the program under test is a session of its own, with the current
# folder mounted and, if the program writes files, taken back. Prints each test that does not pass and, last, the
# counts. Exits 1 if a test fails that is not in busybox-expected.txt.
#
#   busybox.sh [PROGRAM]...     (default: all)
#
# ZEROCLOUD_CC, ZEROCLOUD_RUN   the commands, default "zerocloud cc" and "zerocloud run"
set -uo pipefail

. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
command -v musl-gcc >/dev/null || die "needs musl-gcc (Debian: musl-tools)"

source=$("$guest/sysroot.sh" source busybox) || exit 1
mkdir tree native guest
tar -xf "$source"/*.orig.tar.* -C tree --strip-components=1
ZEROCLOUD_CC=musl-gcc ZEROCLOUD_PORTS=$work "$guest/ports/toolbox" >/dev/null || die "BusyBox does not compile natively"
tar -xf toolbox.tar -C native
ZEROCLOUD_CC=$cc ZEROCLOUD_PORTS=$work "$guest/ports/toolbox" >/dev/null || die "BusyBox does not compile"
mkdir programs
tar -xf toolbox.tar -C programs
gcc -Os -o echo tree/scripts/echo.c || die "the tests' echo does not compile"
OPTIONFLAGS=:$(sed -n 's/^CONFIG_\(.*\)=.*/\1/p' toolbox.config | tr '\n' ':')
export OPTIONFLAGS ECHO=$work/echo machine=$PATH

# What stands in the tests' PATH for a program.
cat >guest/busybox <<'END'
#!/usr/bin/env bash
PATH=$machine
box=$(mktemp -d "$work/call.XXXXXX") && trap 'rm -rf "$box"' EXIT
program=$(basename "$0")
[ "$program" != busybox ] || program=$1
options=(--image "$box/in.tar,$PWD" --env "HOME=$PWD")
case $program in
awk | gunzip | gzip | sed | sort | tar | tee | uniq) options+=(--export "$box/out.tar,$PWD") ;;
esac
case $PWD in */.tmpdir*) options=(--image "$work/suite.tar,$(dirname "$PWD")" "${options[@]}") ;; esac
tar -cf "$box/in.tar" . 2>/dev/null
$run "${options[@]}" "$work/programs/$(basename "$0")" "$@"
code=$?
if [ -f "$box/out.tar" ]; then
	mkdir "$box/out" && tar -xf "$box/out.tar" -C "$box/out" && tar -tf "$box/in.tar" | sed 's|^\./||; s|/$||; /^$/d' | sort >"$box/before"
	(cd "$box/out" && find . -mindepth 1 | sed 's|^\./||' | sort) >"$box/after"
	# Only what changed: the shell may be writing to other files of this folder. What the guest wrote bears its time.
	{
		comm -13 "$box/before" "$box/after"
		(cd "$box/out" && find . -mindepth 1 -type f ! -newermt 1980-01-01 | sed 's|^\./||')
	} | sort -u | tar -C "$box/out" --no-recursion -T - -cf - | tar -xf -
	comm -23 "$box/before" "$box/after" | xargs -rd '\n' rm -rf
fi
exit $code
END
chmod +x guest/busybox
tar -C tree/testsuite -cf suite.tar .

# suite WHERE PROGRAM: runs its tests with that folder's programs; a line "PASS: NAME" or "FAIL: NAME" each.
suite() {
	local folder=$work/$1-$2 test
	cp -r "$work/tree/testsuite" "$folder"
	mkdir "$folder/bin"
	ln -s "$work/$1/busybox" "$folder/bin/busybox"
	ln -s "$work/$1/busybox" "$folder/bin/$2"
	for test in "$folder/$2"/*; do
		[ -f "$test" ] || continue
		mkdir "$folder/.tmpdir"
		(cd "$folder/.tmpdir" && d=$folder bindir=$work PATH=$folder/bin:$PATH timeout 300 sh -x -e "$test") >/dev/null 2>&1 &&
			echo "PASS: $(basename "$test")" || echo "FAIL: $(basename "$test")"
		rm -rf "$folder/.tmpdir"
	done
	if [ -f "$folder/$2.tests" ]; then
		(cd "$folder" && bindir=$work PATH=$folder/bin:$folder:$PATH timeout 1800 "./$2.tests") 2>/dev/null </dev/null | grep -a -E '^(PASS|FAIL): '
	fi
	rm -rf "$folder"
}

one() {
	# Some names are several tests'.
	suite native "$1" | awk '{ n = ++seen[$0]; print $0 (n > 1 ? " " n : "") }' >"$1.native"
	suite guest "$1" | awk '{ n = ++seen[$0]; print $0 (n > 1 ? " " n : "") }' >"$1.guest"
	sed -n 's/^PASS: //p' "$1.native" | while IFS= read -r name; do
		grep -qxF "PASS: $name" "$1.guest" && echo -n PASS || echo -n FAIL
		echo " $1/$name" | tr ' ' '_' | sed 's/^_/ /'
	done
	sed -n 's/^FAIL: //p' "$1.native" | while IFS= read -r name; do
		echo "OTHER $1/$name"
	done
}
export -f suite one

for program in "${@:-programs/*}"; do
	for program in $program; do basename "$program"; done
done | grep -vx busybox >tests
each one
grep -v '^\(PASS\|OTHER\)' results
judge busybox-expected.txt "which BusyBox passes natively too; $(grep -c ^OTHER results) fail natively"
