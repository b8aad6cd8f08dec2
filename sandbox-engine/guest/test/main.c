/* Runs all native tests; the last line is "N passed, N failed". */
#include "check.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int checks_passed, checks_failed;

static const struct test *const groups[] = {
	memory_tests, nvram_tests, file_tests, tar_tests, channel_tests, session_tests,
	signal_tests, export_tests,
};

int main(int argc, char **argv)
{
	int passed = 0, failed = 0;
	for (size_t g = 0; g < sizeof groups / sizeof *groups; g++) {
		for (const struct test *t = groups[g]; t->name; t++) {
			if (argc > 1 && strcmp(argv[1], t->name))
				continue;
			fflush(0);
			pid_t child = fork();
			if (!child) {
				t->run();
				fflush(0);
				_exit(checks_failed || !checks_passed);
			}
			int status;
			waitpid(child, &status, 0);
			if (status) {
				fprintf(stderr, "FAILED %s\n", t->name);
				failed++;
			} else {
				passed++;
			}
		}
	}
	printf("%d passed, %d failed\n", passed, failed);
	return failed != 0 || passed == 0;
}
