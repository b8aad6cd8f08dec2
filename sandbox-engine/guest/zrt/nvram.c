#include "nvram.h"

#include <string.h>

static int is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* Cuts blanks off both ends of [from, to). */
static char *trim(char *from, char *to)
{
	while (from < to && is_blank(*from))
		from++;
	while (to > from && is_blank(to[-1]))
		to--;
	*to = 0;
	return from;
}

/* One line without its comment; 0 and *problem if it is no record. */
static int pairs(char *line, struct nvram_record *r, const char **problem)
{
	r->pairs = 0;
	for (char *p = line; p;) {
		char *comma = strchr(p, ',');
		char *end = comma ? comma : p + strlen(p);
		char *next = comma ? comma + 1 : 0;
		char *equals = memchr(p, '=', (size_t)(end - p));
		if (equals) {
			if (r->pairs == NVRAM_KEYS) {
				*problem = "more than 8 keys in a record";
				return 0;
			}
			char *value = trim(equals + 1, end);
			r->pair[r->pairs++] = (struct nvram_pair){ trim(p, equals), value };
		} else if (*trim(p, end)) {
			*problem = "not of the form key=value (a comma in a value is written \\x2c)";
			return 0;
		}
		p = next;
	}
	return r->pairs;
}

void nvram_parse(char *text, nvram_take *take, nvram_complain *complain, void *context)
{
	struct nvram_record r = { 0 };
	for (char *p = text; p && *p;) {
		char *line = p;
		char *newline = strchr(p, '\n');
		const char *problem = 0;
		r.line++;
		if (newline)
			*newline = 0;
		p = newline ? newline + 1 : 0;
		char *comment = strchr(line, '#');
		char *end = comment ? comment : line + strlen(line);
		line = trim(line, end);
		if (!*line)
			continue;
		if (*line == '[') {
			char *close = strchr(line, ']');
			if (!close) {
				complain(context, r.line, "a section's name lacks its ']'", line);
				r.section = "";
				continue;
			}
			r.section = trim(line + 1, close);
			if (*trim(close + 1, close + 1 + strlen(close + 1)))
				complain(context, r.line, "text after a section's name", 0);
			continue;
		}
		if (!r.section) {
			complain(context, r.line, "a record before the first section", line);
			continue;
		}
		if (!*r.section)
			continue;
		if (pairs(line, &r, &problem))
			problem = take(context, &r);
		if (problem)
			complain(context, r.line, problem, r.section);
	}
}

const char *nvram_get(const struct nvram_record *r, const char *key)
{
	for (int i = 0; i < r->pairs; i++)
		if (!strcmp(r->pair[i].key, key))
			return r->pair[i].value;
	return 0;
}

static int digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0'
		: c >= 'a' && c <= 'f' ? c - 'a' + 10
		: c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

long nvram_unescape(char *text)
{
	char *to = text;
	for (const char *p = text; *p; to++) {
		if (p[0] != '\\' || p[1] != 'x') {
			*to = *p++;
			continue;
		}
		int high = digit(p[2]), low = high < 0 ? -1 : digit(p[3]);
		if (low < 0 || !(high | low))
			return -1;
		*to = (char)(high << 4 | low);
		p += 4;
	}
	*to = 0;
	return to - text;
}

int nvram_words(char *text, char **words, int most)
{
	int n = 0;
	for (char *p = text;;) {
		while (is_blank(*p))
			p++;
		if (!*p)
			return n;
		if (n == most)
			return -1;
		char *end;
		if (*p == '"') {
			p++;
			end = p + strcspn(p, "\"");
		} else {
			end = p + strcspn(p, " \t\r");
		}
		char *next = *end ? end + 1 : end;
		*end = 0;
		words[n++] = p;
		if (nvram_unescape(p) < 0)
			return -2;
		p = next;
	}
}
