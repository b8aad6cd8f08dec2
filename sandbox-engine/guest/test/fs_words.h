/* What the words of a table of calls stand for. */
#ifndef FS_WORDS_H
#define FS_WORDS_H

/*
 * A number (octal with 0), flags joined by '|', $x for an earlier result, or an errno name, negated.
 * Ends the program if it is none of these.
 */
long long number(const char *text);

/* "name*100" repeats a name. Good until the fourth call after this one. */
const char *repeated(const char *text);

/* The result kept under a letter, 'a' to 'z'. */
long long *variable(char name);

#endif
