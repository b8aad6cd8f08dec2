/*
 * jsonfilter PATH...: prints from each JSON value on standard input the parts at the given paths,
 * tab-separated, one line a value. A path is keys and array indices joined by dots: "user.tags.0".
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_DEPTH = 64 };

static const char *p, *end;

static void fail(const char *what)
{
	fprintf(stderr, "jsonfilter: %s\n", what);
	exit(1);
}

static void blank(void)
{
	while (p < end && isspace((unsigned char)*p))
		p++;
}

static char next(void)
{
	blank();
	return p < end ? *p : 0;
}

static void skip_string(void)
{
	for (p++; p < end && *p != '"'; p++)
		if (*p == '\\')
			p++;
	if (p >= end)
		fail("unterminated string");
	p++;
}

static void skip_value(int depth)
{
	char c = next();
	if (depth > MOST_DEPTH)
		fail("nested too deeply");
	if (c == '"') {
		skip_string();
	} else if (c == '{' || c == '[') {
		char close = c == '{' ? '}' : ']';
		p++;
		while (next() != close) {
			if (c == '{') {
				if (next() != '"')
					fail("a key must be a string");
				skip_string();
				if (next() != ':')
					fail("':' expected");
				p++;
			}
			skip_value(depth + 1);
			if (next() == ',')
				p++;
			else if (next() != close)
				fail("',' or a closing bracket expected");
		}
		p++;
	} else if (c == '-' || isalnum((unsigned char)c)) {
		while (p < end && (isalnum((unsigned char)*p) || strchr("+-.", *p)))
			p++;
	} else {
		fail(c ? "unexpected character" : "unexpected end");
	}
}

/* Moves p to the value at the path within the value at p; 0 if there is none. */
static int find(const char *path)
{
	for (; *path; path += strspn(path, ".")) {
		size_t length = strcspn(path, ".");
		long wanted = strtol(path, 0, 10), at = 0;
		char open = next(), close = open == '{' ? '}' : ']';
		int found = 0;
		if (open != '{' && open != '[')
			return 0;
		for (p++; !found && next() != close; at++) {
			if (open == '{') {
				const char *key = p + 1;
				skip_string();
				found = (size_t)(p - 1 - key) == length && !memcmp(key, path, length);
				next();
				p++;
			} else {
				found = at == wanted;
			}
			if (found)
				break;
			skip_value(0);
			if (next() == ',')
				p++;
		}
		if (!found)
			return 0;
		path += length;
	}
	return 1;
}

static char *read_all(size_t *size)
{
	char *text = 0;
	size_t capacity = 0, n;
	*size = 0;
	do {
		if (*size == capacity) {
			capacity = capacity ? capacity * 2 : 65536;
			text = realloc(text, capacity);
			if (!text)
				fail("out of memory");
		}
		n = fread(text + *size, 1, capacity - *size, stdin);
		*size += n;
	} while (n);
	return text;
}

int main(int argc, char **argv)
{
	size_t size;
	p = read_all(&size);
	end = p + size;
	while (next()) {
		const char *start = p;
		skip_value(0);
		const char *after = p;
		for (int i = 1; i < argc; i++) {
			p = start;
			if (i > 1)
				putchar('\t');
			if (!find(argv[i]))
				continue;
			next();
			const char *from = p;
			skip_value(0);
			int quoted = *from == '"';
			fwrite(from + quoted, 1, (size_t)(p - from) - 2 * (size_t)quoted, stdout);
		}
		putchar('\n');
		p = after;
	}
	return 0;
}
