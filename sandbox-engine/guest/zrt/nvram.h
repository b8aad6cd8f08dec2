/*
 * /dev/nvram: the session's configuration as a text of sections and records,
 *
 *     [args]
 *     args = program one "two words" three\x2cwith\x20escapes
 *     [env]
 *     name=HOME, value=/home
 *
 * A record is a line of key=value pairs between commas. '#' begins a comment, blank space around
 * keys and values does not count, lines may end in CR LF, and \xHH stands for any byte in any
 * value (in [args] after the split into words).
 */
#ifndef ZRT_NVRAM_H
#define ZRT_NVRAM_H

#include <stddef.h>

enum { NVRAM_KEYS = 8 };

struct nvram_pair {
	const char *key;
	const char *value;      /* not yet unescaped */
};

struct nvram_record {
	const char *section;    /* without brackets */
	int line;               /* counted from 1 */
	int pairs;
	struct nvram_pair pair[NVRAM_KEYS];
};

/* Called for each record; a text is a complaint about it, which stops nothing. */
typedef const char *nvram_take(void *context, const struct nvram_record *r);
typedef void nvram_complain(void *context, int line, const char *text, const char *detail);

/* Cuts up `text` (writable, zero-terminated) in place. */
void nvram_parse(char *text, nvram_take *take, nvram_complain *complain, void *context);

/* Null when the record has no such key; of several the first. */
const char *nvram_get(const struct nvram_record *r, const char *key);

/* Decodes \xHH in place; the new length, or -1 at a malformed escape or an encoded zero byte. */
long nvram_unescape(char *text);

/* Splits a command line at blanks into words, in place: a word that begins with '"' runs to the
 * next '"'. Returns how many (at most `most`), -1 if there are more, -2 at a malformed escape. */
int nvram_words(char *text, char **words, int most);

#endif
