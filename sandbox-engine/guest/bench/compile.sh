#!/usr/bin/env bash
# What a call of the guest's compiler costs: builds a project of many small files by make, one call a file, with gcc and
# with "zerocloud cc" in turn, and prints the seconds and the cost of a file. No file is like another.
#
#   compile.sh [FILES]     (default 1000)
#
# ZEROCLOUD_CC     the compiler's command, default "zerocloud cc"
# ZEROCLOUD_JOBS   files at a time, default one a core
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cc=${ZEROCLOUD_CC:-$here/../../../zerocloud cc}
files=${1:-1000}
jobs=${ZEROCLOUD_JOBS:-$(nproc)}
work=$(mktemp -d "${TMPDIR:-/tmp}/zerocloud-compile.XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work"

for ((i = 0; i < files; i++)); do
	cat >"part$i.c" <<-END
		#include <stdio.h>
		#include <stdlib.h>
		#include <string.h>

		struct entry$i { char name[$((16 + i % 32))]; long value; struct entry$i *next; };

		static struct entry$i *insert(struct entry$i *list, const char *name, long value)
		{
			struct entry$i *entry = malloc(sizeof *entry);
			if (!entry)
				abort();
			strncpy(entry->name, name, sizeof entry->name - 1);
			entry->name[sizeof entry->name - 1] = 0;
			entry->value = value * $((i + 3));
			entry->next = list;
			return entry;
		}

		long part$i(long n)
		{
			struct entry$i *list = NULL;
			long sum = 0;
			char name[32];
			for (long k = 0; k < n; k++) {
				snprintf(name, sizeof name, "entry %ld of $i", k);
				list = insert(list, name, k ^ $i);
			}
			while (list) {
				struct entry$i *next = list->next;
				switch (list->value % 7) {
				case 0: sum += strlen(list->name); break;
				case 1: sum ^= list->value; break;
				case 2: sum -= $i; break;
				case 3: sum = sum * 31 + list->name[6]; break;
				default: sum++;
				}
				free(list);
				list = next;
			}
			return sum;
		}
	END
done
{
	for ((i = 0; i < files; i++)); do echo "long part$i(long);"; done
	echo '#include <stdio.h>'
	echo 'int main(void) { long sum = 0;'
	for ((i = 0; i < files; i++)); do echo "sum += part$i(9);"; done
	echo 'printf("%d\n", (int)sum); return 0; }'
} >main.c
cat >Makefile <<'END'
program: $(patsubst %.c,%.o,$(wildcard *.c))
	$(CC) -o $@ $^
%.o: %.c
	$(CC) -O2 -c $< -o $@
END

# The first call starts the compile server.
echo 'int main(void) { return 0; }' >warm.c
$cc -c warm.c -o warm.o
rm warm.*
for turn in 1 2; do
	for compiler in gcc "$cc"; do
		rm -f ./*.o program
		begin=$(date +%s%N)
		make -s -j"$jobs" CC="$compiler"
		awk -v ns=$(($(date +%s%N) - begin)) -v files="$files" -v jobs="$jobs" -v name="${compiler##*/}" 'BEGIN {
			printf "%-14s %6.1f s, %5.1f ms a file (%d files, %d at a time)\n", name, ns / 1e9, ns / 1e6 / files, files, jobs }'
	done
done
