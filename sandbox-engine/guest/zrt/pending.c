#include "signals.h"

#include <errno.h>

enum { FIRST_REAL_TIME = 32, SIGNALS = 65, QUEUED = 128 };

static uint64_t pending;
static struct zrt_cause causes[SIGNALS];

/* Further ones of real-time signals that are pending, in the order of their coming. */
static struct {
	int signal;
	struct zrt_cause cause;
} queue[QUEUED];
static int queued;

uint64_t zrt_pending(void)
{
	return pending;
}

int zrt_signal_raise(int signal, int code, void *value)
{
	if (pending & zrt_signal_bit(signal))
		return 1;
	causes[signal] = (struct zrt_cause){ code, value };
	pending |= zrt_signal_bit(signal);
	return 0;
}

int zrt_signal_queue(int signal, int code, void *value)
{
	if (!zrt_signal_raise(signal, code, value) || signal < FIRST_REAL_TIME)
		return 0;
	if (queued == QUEUED)
		return -EAGAIN;
	queue[queued].signal = signal;
	queue[queued++].cause = (struct zrt_cause){ code, value };
	return 0;
}

struct zrt_cause zrt_pending_take(int signal)
{
	struct zrt_cause taken = causes[signal];
	pending &= ~zrt_signal_bit(signal);
	for (int i = 0; i < queued; i++) {
		if (queue[i].signal != signal)
			continue;
		causes[signal] = queue[i].cause;
		pending |= zrt_signal_bit(signal);
		for (queued--; i < queued; i++)
			queue[i] = queue[i + 1];
	}
	return taken;
}
