# The C library, tested from within and by the table of file system calls. Sourced by programs.sh.
libc() {
	$cc -O1 -fno-builtin -o fs.nexe "$here/guest/fs.c" "$here/fs_cases.c" "$here/fs_words.c" -D_GNU_SOURCE -w &&
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
	printf '%s\n' '#include <stdio.h>' 'int main(void) { return puts("from an archive") < 0; }' >archived.c
	$cc -c archived.c && rm -f libarchived.a && ar -qc libarchived.a archived.o && $cc -o archived.nexe -L. -larchived
	report $? "linking a main that is in an archive"
	expect archived 0 archived.nexe </dev/null 3<<<'from an archive'
	for level in -O0 -O1 -O2 -O3 -Os; do
		$cc $level -o switches.nexe "$here/guest/switches.c" && $run switches.nexe >result 2>&1
		report $? "switches $level: $(tail -3 result)"
	done
}
