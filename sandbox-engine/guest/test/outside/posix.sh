#!/usr/bin/env bash
# The Open POSIX Test Suite (Debian's source package posixtestsuite) in the sandbox: the interfaces
# that a guest can have, without the tests that need a second process or thread. Prints each test
# that does not pass and, last, the counts. Exits 1 if a test fails that is not in posix-expected.txt.
#
#   posix.sh [REGEX]     (default: all tests)
#
# ZEROCLOUD_CC, ZEROCLOUD_RUN   the commands, default "zerocloud cc" and "zerocloud run"
set -uo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
guest=$(dirname "$(dirname "$here")")
zerocloud=$(dirname "$(dirname "$guest")")/zerocloud
export cc=${ZEROCLOUD_CC:-$zerocloud cc} run=${ZEROCLOUD_RUN:-$zerocloud run}
work=$(mktemp -d "${TMPDIR:-/tmp}/zerocloud-posix.XXXXXX")
trap 'rm -rf "$work"' EXIT
export work

groups=(asctime clock clock_getres clock_gettime clock_nanosleep ctime difftime fsync getpid gmtime kill localtime mktime
	mmap munmap nanosleep pthread_equal pthread_getspecific pthread_key_create pthread_key_delete pthread_mutex_destroy
	pthread_mutex_init pthread_mutex_lock pthread_mutex_trylock pthread_mutex_unlock pthread_mutexattr_gettype
	pthread_mutexattr_settype pthread_once pthread_self pthread_setspecific pthread_spin_init pthread_spin_lock
	pthread_rwlock_init pthread_rwlock_rdlock pthread_rwlock_wrlock pthread_sigmask raise sem_init sem_destroy sem_post
	sem_getvalue sem_timedwait sigaddset sigaltstack sigdelset sigemptyset sigfillset sigismember signal sigpending
	sigprocmask sigaction sigsuspend sigtimedwait sigwait sigwaitinfo strftime time timer_create timer_delete
	timer_getoverrun timer_gettime timer_settime)

source=$("$guest/sysroot.sh" source posixtestsuite) || exit 1
tar -xf "$source"/*.orig.tar.* -C "$work" --strip-components=1
cd "$work" || exit 1

one() {
	local test=${1#conformance/interfaces/} out result
	out=$work/$(echo "$test" | tr / _).nexe
	# Some only show that a declaration compiles.
	if ! grep -qE '\bmain[[:space:]]*\(' "$1"; then
		# shellcheck disable=SC2086
		$cc -O1 -w -D_GNU_SOURCE -Iinclude -c "$1" -o "$out.o" >/dev/null 2>&1 && echo "PASS $test" || echo "BUILD $test"
		return
	fi
	# shellcheck disable=SC2086
	if ! $cc -O1 -w -D_GNU_SOURCE -Iinclude "$1" -o "$out" >/dev/null 2>&1; then
		echo "BUILD $test"
		return
	fi
	# shellcheck disable=SC2086
	$run "$out" </dev/null >/dev/null 2>&1
	result=$?
	rm -f "$out"
	case $result in
	0) echo "PASS $test" ;;
	1) echo "FAIL $test" ;;
	2) echo "UNRESOLVED $test" ;;
	4) echo "UNSUPPORTED $test" ;;
	5) echo "UNTESTED $test" ;;
	*) echo "EXIT-$result $test" ;;
	esac
}
export -f one

for group in "${groups[@]}"; do
	grep -LE '\b(fork|pthread_create|system|setuid|pthread_cancel)[[:space:]]*\(' "conformance/interfaces/$group"/[0-9]*-*.c
done | grep -E "${1:-.}" | sort -V >tests
xargs -P "${ZEROCLOUD_JOBS:-$(nproc)}" -I{} bash -c 'one {}' <tests | sort -k2 -V >results
grep -v '^PASS' results
unexpected=$(grep -E '^(FAIL|EXIT|BUILD)' results | cut -d' ' -f2 | grep -vxFf <(grep -v '^#' "$here/posix-expected.txt" | cut -d' ' -f1))
echo "$(cut -d' ' -f1 results | sort | uniq -c | awk '{printf "%s%d %s", sep, $1, $2; sep = ", "}') of $(wc -l <tests)"
[ -z "$unexpected" ]
