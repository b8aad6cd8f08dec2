#!/usr/bin/env bash
# Lua's own test suite in the sandbox, by the Lua that ports/lua builds. Debian's source package of Lua does not hold the
# suite, so its folder is an argument: that of lua-5.4.4-tests.tar.gz, or testes/ of Lua's repository at v5.4.4. Runs
# all.lua, then each file by itself, long tests included. Exits 1 if one fails.
#
#   lua.sh FOLDER [REGEX]
#
# ZEROCLOUD_CC, ZEROCLOUD_RUN   the commands, default "zerocloud cc" and "zerocloud run"
set -uo pipefail

tests=$(cd "${1:?the folder of the test suite}" && pwd) || exit 1
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
[ -f "$tests/strings.lua" ] || die "$tests is no folder of Lua's tests"

ZEROCLOUD_CC=$cc ZEROCLOUD_PORTS=$work "$guest/ports/lua" >/dev/null || die "Lua does not compile"
tar -xf lua.tar ./lua
tar -C "$tests" -cf tests.tar .

# musl takes any name for a locale that is like C's, which Lua's tests take for having that language's commas.
export locales='local set = os.setlocale
	os.setlocale = function(name, ...)
		if not name or name == "" or name == "C" then return set(name, ...) end
	end'

one() {
	local portable=false result
	# These start processes or load C libraries unless told not to.
	case $1 in all.lua | attrib.lua | files.lua) portable=true ;; esac
	# shellcheck disable=SC2086
	$run --timeout 900 --image "$work/tests.tar,/tests" --env HOME=/tests --env PATH=/ "$work/lua" \
		-e "_port, Message = $portable, print" -e "$locales" "$1" </dev/null >"$work/$1.out" 2>&1
	result=$?
	case $result in
	0) echo "PASS $1" ;;
	1) echo "FAIL $1 $(grep -m1 '^lua:' "$work/$1.out")" ;;
	*) echo "EXIT-$result $1" ;;
	esac
}
export -f one

(cd "$tests" && ls ./*.lua) | sed 's|^\./||' | grep -vxE '(big|main|tracegc)\.lua' | grep -E "${2:-.}" >tests
each one
grep -v '^PASS' results
judge ''
