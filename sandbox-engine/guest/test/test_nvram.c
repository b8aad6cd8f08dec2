#include "fixture.h"

#include <stdlib.h>
#include "nvram.h"

static char seen[8192];

static const char *note(void *context, const struct nvram_record *r)
{
	(void)context;
	char *to = seen + strlen(seen);
	to += sprintf(to, "%s%d", r->section, r->line);
	for (int i = 0; i < r->pairs; i++)
		to += sprintf(to, " %s=%s", r->pair[i].key, r->pair[i].value);
	sprintf(to, ";");
	return 0;
}

static void problem(void *context, int line, const char *text, const char *detail)
{
	(void)context;
	(void)text;
	(void)detail;
	sprintf(seen + strlen(seen), "!%d;", line);
}

static const char *parse(const char *text)
{
	char *copy = strdup(text);
	*seen = 0;
	nvram_parse(copy, note, problem, 0);
	return seen;
}

static void records(void)
{
	CHECK_TEXT(parse(""), "");
	CHECK_TEXT(parse("[env]\nname=A, value=1\n"), "env2 name=A value=1;");
	CHECK_TEXT(parse("[env]\nvalue = 1 ,\tname = A"), "env2 value=1 name=A;");
	CHECK_TEXT(parse("[env]\r\nname=A,value=1\r\n"), "env2 name=A value=1;");
	CHECK_TEXT(parse("[env]\nname=X,value=\n"), "env2 name=X value=;");
	CHECK_TEXT(parse("[env]\nname=X,value=a=b\n"), "env2 name=X value=a=b;");
	CHECK_TEXT(parse("# c\n[env] # c\n  # c\n   \nname=A,value=1 # c\nname=B,value=2\n"),
		"env5 name=A value=1;env6 name=B value=2;");
	CHECK_TEXT(parse("[fstab]\nchannel=/dev/1, mountpoint=/, access=ro,  \n"),
		"fstab2 channel=/dev/1 mountpoint=/ access=ro;");
	CHECK_TEXT(parse("[a]\nk=1\n[b]\nk=2\n[a]\nk=3"), "a2 k=1;b4 k=2;a6 k=3;");
}

static void wrong_text_is_reported_with_its_line(void)
{
	CHECK_TEXT(parse("name=A,value=1\n[env]\nname=B,value=2"), "!1;env3 name=B value=2;");
	CHECK_TEXT(parse("[env\nname=A,value=1\n[x]\nk=v"), "!1;x4 k=v;");
	CHECK_TEXT(parse("[args]\nargs=a,b\nargs=c"), "!2;args3 args=c;");
	CHECK_TEXT(parse("[env]\nfoo\n"), "!2;");
	CHECK_TEXT(parse("[e]\na=1,b=2,c=3,d=4,e=5,f=6,g=7,h=8,i=9\n"), "!2;");
}

static const char *decode(const char *text, long length)
{
	static char buffer[256];
	strcpy(buffer, text);
	CHECK_EQUAL(nvram_unescape(buffer), length);
	return buffer;
}

static void escapes(void)
{
	CHECK_TEXT(decode("a\\x2cb\\x22\\x5C\\x0a\\x23", 7), "a,b\"\\\n#");
	CHECK_TEXT(decode("a\\b\\", 4), "a\\b\\");
	CHECK_TEXT(decode("\\x5cx41", 4), "\\x41");
	CHECK_TEXT(decode("\\xff", 1), "\xff");
	decode("\\x2", -1);
	decode("\\xg0", -1);
	decode("\\x00", -1);
}

static void split(const char *text, const char *expected)
{
	char *copy = strdup(text), *words[8], joined[256] = "";
	int n = nvram_words(copy, words, 8);
	for (int i = 0; i < n; i++)
		sprintf(joined + strlen(joined), "<%s>", words[i]);
	if (n < 0)
		sprintf(joined, "%d", n);
	CHECK_TEXT(joined, expected);
}

static void words(void)
{
	split("a b\tc", "<a><b><c>");
	split("  a   ", "<a>");
	split("", "");
	split("\"a b\" \"\" c\"d", "<a b><><c\"d>");
	split("\"a b", "<a b>");
	split("a\\x20b \\x22", "<a b><\">");
	split("a \\xzz", "-2");
	split("1 2 3 4 5 6 7 8 9", "-1");
	split("\"a\"b", "<a><b>");
}

static void any_text_is_survived(void)
{
	static const char alphabet[] = "[]=,#\\x0a \t\r\n\"ab";
	char text[200];
	srand(3);
	for (int round = 0; round < 20000; round++) {
		int n = rand() % 199;
		for (int i = 0; i < n; i++)
			text[i] = alphabet[rand() % (sizeof alphabet - 1)];
		text[n] = 0;
		parse(text);
		char *copy = strdup(text), *word[100];
		CHECK(nvram_words(copy, word, 100) >= -2);
		free(copy);
	}
}

const struct test nvram_tests[] = {
	TEST(records),
	TEST(wrong_text_is_reported_with_its_line),
	TEST(escapes),
	TEST(words),
	TEST(any_text_is_survived),
	{ 0 }
};
