/* Switches whose cases ask for what was compared in front of the jump: its masking must lose nothing. */
#include <stdio.h>

static int passed, failed, lasts, calls[5];
#define CHECK(c) ((c) ? (void)passed++ : (void)(failed++, printf("line %d: %s\n", __LINE__, #c)))
#define NOINLINE __attribute__((noinline))

NOINLINE static void last(void) { lasts++; }
NOINLINE static int one(void) { return 10; }
NOINLINE static int other(void) { return -10; }
NOINLINE static void call0(int n) { calls[0] += n; }
NOINLINE static void call1(int n) { calls[1] += n; }
NOINLINE static void call2(int n) { calls[2] += n; }
NOINLINE static void call3(int n) { calls[3] += n; }
NOINLINE static void call4(int n) { calls[4] += n; }

/* The range check compares with 6, as one case does. */
int first, second, third;
NOINLINE int ranged(unsigned kind)
{
	switch (kind) {
	case 0: break;
	case 1: first = 2; break;
	case 2: second = 3; break;
	case 3: third = 4; first = 1; break;
	case 4: third = 5; second = 1; break;
	case 5:
	case 6:
		first = second = third = 0;
		if (kind == 6)
			last();
		break;
	default: return -1;
	}
	return 0;
}

/* The cases compare with 0 what was compared with 0 before. */
NOINLINE int ordered(int order, unsigned kind)
{
	if (order == 0)
		return 0;
	switch (kind) {
	case 0: return order < 0 ? one() : other();
	case 1: return order <= 0 ? other() : 1;
	case 2: return 2;
	case 3: return 3;
	case 4: return order > 0 ? one() : other();
	case 5: return order >= 0 ? one() : 5;
	default: __builtin_unreachable();
	}
}

/* All cases begin with one comparison. */
NOINLINE void walk(int kind, int from, int to)
{
	switch (kind) {
	case 0: for (; from < to; from++) call0(from); break;
	case 1: for (; from < to; from++) call1(from); break;
	case 2: for (; from < to; from++) call2(from); break;
	case 3: for (; from < to; from++) call3(from); break;
	case 4: for (; from < to; from++) call4(from); break;
	}
}

int main(void)
{
	for (unsigned kind = 0; kind < 8; kind++) {
		lasts = 0;
		CHECK(ranged(kind) == (kind < 7 ? 0 : -1) && lasts == (kind == 6));
	}
	const int less[] = { one(), other(), 2, 3, other(), 5 }, more[] = { other(), 1, 2, 3, one(), one() };
	for (unsigned kind = 0; kind < 6; kind++)
		CHECK(ordered(-3, kind) == less[kind] && ordered(3, kind) == more[kind]);
	for (int kind = 0; kind < 5; kind++) {
		walk(kind, 1, 4);
		walk(kind, 4, 1);
		CHECK(calls[kind] == 1 + 2 + 3);
	}
	printf("%d passed, %d failed\n", passed, failed);
	return failed != 0;
}
