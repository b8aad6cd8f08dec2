/* Says what is wrong, and exits if status is not 0. */
#include <stdio.h>
#include <stdlib.h>

#define error(status, number, ...) \
	({ \
		int status_ = (status); \
		printf(__VA_ARGS__); \
		puts(""); \
		if (status_) \
			exit(status_); \
	})
