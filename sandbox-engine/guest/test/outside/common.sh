# What the scripts of this folder share; sourced, not run. Leaves the caller in a new folder, gone at its end.

outside=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
guest=$(dirname "$(dirname "$outside")")
zerocloud=$(dirname "$(dirname "$guest")")/zerocloud
export cc=${ZEROCLOUD_CC:-$zerocloud cc} run=${ZEROCLOUD_RUN:-$zerocloud run}

die() {
	echo "$(basename "$0"): $*" >&2
	exit 1
}

work=$(mktemp -d "${TMPDIR:-/tmp}/zerocloud-outside.XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
export work
cd "$work" || exit 1

# each FUNCTION: calls an exported function with each line of the file tests, several at a time. It prints a line,
# "WORD TEST": PASS, FAIL, EXIT-code, BUILD or a word of its own. They are in the file results then.
each() {
	xargs -P "${ZEROCLOUD_JOBS:-$(nproc)}" -I{} bash -c "$1"' {}' <tests 2>/dev/null | sort -k2 -V >results
}

# judge EXPECTED [REMARK]: counts the results, the last line of a script; fails if a test failed that is not in the list
# of exceptions. Without a name there is none.
judge() {
	local unexpected
	unexpected=$(grep -E '^(FAIL|EXIT|BUILD)' results | cut -d' ' -f2 |
		grep -vxFf <(grep -v '^#' "${1:+$outside/}${1:-/dev/null}" | cut -d' ' -f1))
	[ -z "$unexpected" ] || printf 'unexpected: %s\n' $unexpected
	echo "$(grep -v ^OTHER results | cut -d' ' -f1 | sort | uniq -c | awk '{printf "%s%d %s", sep, $1, $2; sep = ", "}') of $(grep -vc ^OTHER results)${2:+ $2}"
	[ -z "$unexpected" ] && grep -q ^PASS results
}
