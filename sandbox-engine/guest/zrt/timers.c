#include "timers.h"

#include <string.h>
#include "clock.h"
#include "signals.h"

struct zrt_timer zrt_timers[ZRT_TIMERS];
int64_t zrt_timers_first = ZRT_NEVER;

static int armed(const struct zrt_timer *t)
{
	return t->used && t->due != ZRT_NEVER;
}

static void find_first(void)
{
	zrt_timers_first = ZRT_NEVER;
	for (const struct zrt_timer *t = zrt_timers; t < zrt_timers + ZRT_TIMERS; t++)
		if (armed(t) && t->due < zrt_timers_first)
			zrt_timers_first = t->due;
}

void zrt_timer_set(struct zrt_timer *t, int64_t due, int64_t interval)
{
	t->due = due;
	t->interval = interval;
	find_first();
}

void zrt_timers_reset(void)
{
	memset(zrt_timers, 0, sizeof zrt_timers);
	zrt_timers_first = ZRT_NEVER;
}

int64_t zrt_timers_due(uint64_t signals)
{
	int64_t first = ZRT_NEVER;
	for (const struct zrt_timer *t = zrt_timers; t < zrt_timers + ZRT_TIMERS; t++)
		if (armed(t) && t->signal && signals & zrt_signal_bit(t->signal) && t->due < first)
			first = t->due;
	return first;
}

static void expire(struct zrt_timer *t, int64_t now)
{
	int64_t missed = 0;
	if (t->interval) {
		missed = (now - t->due) / t->interval;
		int64_t last = t->due + missed * t->interval;
		t->due = t->interval > ZRT_NEVER - last ? ZRT_NEVER : last + t->interval;
	} else {
		t->due = ZRT_NEVER;
	}
	int more = missed > INT32_MAX / 2 ? INT32_MAX / 2 : (int)missed;
	if (!t->signal)
		return;
	if (!zrt_signal_raise(t->signal, t->code, t->value))
		t->overrun = more;
	else if (t->overrun < INT32_MAX / 2)
		t->overrun += 1 + more;
}

void zrt_timers_expire(void)
{
	int64_t now = zrt_clock_elapsed_so_far();
	for (struct zrt_timer *t = zrt_timers; t < zrt_timers + ZRT_TIMERS; t++)
		if (armed(t) && t->due <= now)
			expire(t, now);
	find_first();
}
