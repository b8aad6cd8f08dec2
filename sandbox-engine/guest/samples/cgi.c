/*
 * An answer to a web request: CGI headers and a page that tells what the request was. The device
 * stdout of such a job has the content type message/cgi.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *variable(const char *name)
{
	const char *value = getenv(name);
	return value ? value : "";
}

/* A request's text is not HTML. */
static void text(const char *s)
{
	for (; *s; s++) {
		switch (*s) {
		case '<': fputs("&lt;", stdout); break;
		case '>': fputs("&gt;", stdout); break;
		case '&': fputs("&amp;", stdout); break;
		case '"': fputs("&quot;", stdout); break;
		default: putchar(*s);
		}
	}
}

int main(void)
{
	static const char *const shown[] = { "REQUEST_METHOD", "PATH_INFO", "QUERY_STRING", "HTTP_USER_AGENT" };
	int known = !strcmp(variable("REQUEST_METHOD"), "GET") || !strcmp(variable("REQUEST_METHOD"), "POST");
	printf("Status: %s\r\nContent-Type: text/html; charset=utf-8\r\n\r\n", known ? "200 OK" : "405 Method Not Allowed");
	fputs("<!DOCTYPE html>\n<title>Request</title>\n<table>\n", stdout);
	for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) {
		printf("<tr><th>%s<td>", shown[i]);
		text(variable(shown[i]));
		putchar('\n');
	}
	fputs("</table>\n", stdout);
	if (!strcmp(variable("REQUEST_METHOD"), "POST")) {
		char line[4096];
		fputs("<pre>\n", stdout);
		while (fgets(line, sizeof line, stdin))
			text(line);
		fputs("</pre>\n", stdout);
	}
	return 0;
}
