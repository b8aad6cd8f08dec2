// Preloaded, gives a process a wall clock that is AHEAD seconds ahead; its monotonic clock stays right, as after an operator has set the time.
// libfaketime does it too and makes a JVM's start twenty times as long: every look at any clock takes a semaphore.
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int clock_gettime(clockid_t clock, struct timespec *time)
{
    const char *ahead = getenv("AHEAD");
    long failed = syscall(SYS_clock_gettime, clock, time);
    if (!failed && clock == CLOCK_REALTIME && ahead)
        time->tv_sec += atol(ahead);
    return (int)failed;
}
