/* What programs expect of their C library, tried once each within the sandbox. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fenv.h>
#include <iconv.h>
#include <langinfo.h>
#include <limits.h>
#include <locale.h>
#include <math.h>
#include <poll.h>
#include <pthread.h>
#include <pwd.h>
#include <regex.h>
#include <setjmp.h>
#include <stdint.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/time.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>
#include <wctype.h>

static int passed, failed;

#define CHECK(c) ((c) ? (void)passed++ : (void)(failed++, printf("line %d: %s (errno %d)\n", __LINE__, #c, errno)))

static __thread int local = 42;
static __thread char zeroed[300];
static jmp_buf jump;
static sigjmp_buf sigjump;
static int constructed, handled, at_exit;

__attribute__((constructor)) static void construct(void)
{
	constructed = getenv("PATH_INFO") ? 1 : 2;
}

static void handler(int signal)
{
	handled = signal;
	if (signal == SIGUSR2)
		siglongjmp(sigjump, 9);
}

static void leave(void)
{
	if (at_exit++)
		_exit(99);
}

static void files(void)
{
	char line[100];
	struct stat st;
	FILE *f = fopen("/tmp/file", "w+");
	CHECK(f && fprintf(f, "%d %s\n", 7, "seven") == 8 && !fseek(f, 0, SEEK_SET));
	CHECK(fgets(line, sizeof line, f) && !strcmp(line, "7 seven\n"));
	CHECK(ftello(f) == 8 && !fstat(fileno(f), &st) && st.st_size == 8);
	CHECK(!fclose(f));
	CHECK(!mkdir("/tmp/dir", 0755) && !rename("/tmp/file", "/tmp/dir/file") && !symlink("dir/file", "/tmp/link"));
	CHECK(realpath("/tmp/../tmp//link", line) && !strcmp(line, "/tmp/dir/file"));
	CHECK(!access("/tmp/link", R_OK) && access("/tmp/no", F_OK) == -1 && errno == ENOENT);
	f = tmpfile();
	CHECK(f && fputs("x", f) >= 0 && !fclose(f));
	strcpy(line, "/tmp/nameXXXXXX");
	int fd = mkstemp(line);
	CHECK(fd > 2 && !unlink(line) && !close(fd));
	DIR *d = opendir("/tmp");
	struct dirent *e;
	char names[100] = "";
	while (d && (e = readdir(d)))
		strcat(strcat(names, e->d_name), " ");
	CHECK(!strcmp(names, ". .. dir link ") && !closedir(d));
	struct dirent **list;
	CHECK(scandir("/tmp", &list, 0, alphasort) == 4);
	CHECK(!unlink("/tmp/link") && rmdir("/tmp/dir") == -1 && errno == ENOTEMPTY);
	CHECK(!chdir("/tmp/dir") && getcwd(line, sizeof line) && !strcmp(line, "/tmp/dir") && !chdir("/"));
	CHECK(fopen("/no/such", "r") == 0 && errno == ENOENT);
	CHECK(open("/tmp/dir/file", O_CREAT | O_EXCL, 0600) == -1 && errno == EEXIST);
	CHECK(lseek(99, 0, SEEK_SET) == -1 && errno == EBADF);
	fd = open("/tmp/dir/file", O_RDWR);
	CHECK(lseek(fd, 5000000000LL, SEEK_SET) == 5000000000LL && !lockf(fd, F_TLOCK, 0) && !fsync(fd));
	char *map = mmap(0, 8, PROT_READ, MAP_PRIVATE, fd, 0);
	CHECK(map != MAP_FAILED && !memcmp(map, "7 seven", 7) && !munmap(map, 8));
	struct timespec times[2] = { { 100, 5 }, { 200, 6 } };
	CHECK(!futimens(fd, times) && !fstat(fd, &st) && st.st_mtime == 200 && st.st_mtim.tv_nsec == 6);
	CHECK(isatty(0) == 0 && ttyname(0) == 0);
	struct statvfs vfs;
	CHECK(!statvfs("/", &vfs) && vfs.f_bavail > 0);
	f = fopen("/dev/zero", "r");
	CHECK(f && fgetc(f) == 0 && !fclose(f));
}

static void text(void)
{
	char buffer[200], *end;
	wchar_t wide[20];
	CHECK(snprintf(buffer, sizeof buffer, "%5.2f|%-5d|%05x|%e|%Lg|%a|%lld|%zu|%s", 3.14159, 42, 255, 1e100, 2.5L,
		1.0, -5LL, (size_t)7, "x") > 0);
	CHECK(!strcmp(buffer, " 3.14|42   |000ff|1.000000e+100|2.5|0x1p+0|-5|7|x"));
	CHECK(strtod("0x1.8p1z", &end) == 3 && *end == 'z' && strtoull("18446744073709551615", 0, 10) == ULLONG_MAX);
	int a;
	double b;
	CHECK(sscanf("12 3.5 word", "%d %lf %s", &a, &b, buffer) == 3 && a == 12 && b == 3.5);
	CHECK(setlocale(LC_ALL, "C.UTF-8") && !strcmp(nl_langinfo(CODESET), "UTF-8"));
	CHECK(mbstowcs(wide, "h\xc3\xa9\xe2\x82\xac", 20) == 3 && wide[1] == 0xe9 && wide[2] == 0x20ac);
	CHECK(towupper(0xe9) == 0xc9 && iswalpha(0x3b1) && wcwidth(0x4e2d) == 2);
	iconv_t cd = iconv_open("UTF-16LE", "UTF-8");
	char *in = "\xe2\x82\xac", *out = buffer;
	size_t left = 3, room = sizeof buffer;
	CHECK(cd != (iconv_t)-1 && iconv(cd, &in, &left, &out, &room) == 0 && buffer[0] == (char)0xac && buffer[1] == 0x20);
	regex_t re;
	regmatch_t m[2];
	CHECK(!regcomp(&re, "a(b+)c", REG_EXTENDED) && !regexec(&re, "xabbbc", 2, m, 0) && m[1].rm_so == 2 && m[1].rm_eo == 5);
	CHECK(!strcmp(strerror(ENOENT), "No such file or directory"));
}

static void mathematics(void)
{
	volatile double x = 2, zero = 0;
	volatile long double l = 2;
	CHECK(sqrt(x) * sqrt(x) - 2 < 1e-15 && pow(x, 10) == 1024 && isnan(zero / zero) && isinf(1 / zero));
	CHECK(fabsl(sqrtl(l) - 1.41421356237309504880L) < 1e-18L && fabsl(expl(logl(l)) - 2) < 1e-18L);
	CHECK(lrint(2.5) == 2 && llroundl(2.5L) == 3 && fabs(lgamma(5.0) - log(24)) < 1e-12 && fmod(7, 4) == 3);
	CHECK(fesetround(FE_UPWARD) == 0 && lrint(2.1) == 3 && fesetround(FE_TONEAREST) == 0);
	feclearexcept(FE_ALL_EXCEPT);
	volatile double y = 1 / zero;
	(void)y;
	CHECK(fetestexcept(FE_DIVBYZERO));
}

static void itself(void)
{
	char buffer[100];
	struct rlimit limit;
	int fd = open("/tmp/itself", O_CREAT | O_RDWR, 0644);
	snprintf(buffer, sizeof buffer, "/proc/self/fd/%d", fd);
	char *real = realpath(buffer, 0);
	CHECK(real && !strcmp(real, "/tmp/itself"));
	free(real);
	snprintf(buffer, sizeof buffer, "/dev/fd/%d", fd);
	FILE *f = fopen(buffer, "w");
	CHECK(f && fputs("x", f) >= 0 && !fclose(f) && read(fd, buffer, 9) == 1 && !unlink("/tmp/itself") && !close(fd));
	f = fopen("/proc/self/cmdline", "r");
	CHECK(f && fread(buffer, 1, sizeof buffer, f) > 10 && strstr(buffer, "libc") && !fclose(f));
	CHECK(!pthread_getname_np(pthread_self(), buffer, 16) && !strncmp(buffer, "libc", 4));
	CHECK(!pthread_setname_np(pthread_self(), "worker") && !pthread_getname_np(pthread_self(), buffer, 16));
	CHECK(!strcmp(buffer, "worker"));
	CHECK(nice(5) == 5 && getpriority(PRIO_PROCESS, 0) == 5 && nice(-1) == -1 && errno == EPERM);
	CHECK(!getrlimit(RLIMIT_DATA, &limit) && limit.rlim_cur > 20 << 20);
	rlim_t before = limit.rlim_cur;
	limit.rlim_cur = 4 << 20;
	CHECK(!setrlimit(RLIMIT_DATA, &limit) && !malloc(20 << 20) && errno == ENOMEM);
	limit.rlim_cur = before;
	CHECK(!setrlimit(RLIMIT_DATA, &limit) && (real = malloc(20 << 20)));
	free(real);
}

static int by_value(const void *l, const void *r)
{
	return *(const int *)l - *(const int *)r;
}

static void memory(void)
{
	int numbers[1000];
	char *p = malloc(50000000);
	CHECK(p && (p = realloc(p, 60000000)) != 0);
	free(p);
	CHECK(malloc(~(size_t)0 / 2) == 0 && errno == ENOMEM);
	void *aligned;
	CHECK(!posix_memalign(&aligned, 4096, 100) && (uintptr_t)aligned % 4096 == 0);
	p = calloc(1000, 1000);
	int zero = 1;
	for (int i = 0; i < 1000000; i++)
		zero &= p[i] == 0;
	CHECK(zero);
	for (int i = 0; i < 1000; i++)
		numbers[i] = rand();
	qsort(numbers, 1000, sizeof *numbers, by_value);
	int sorted = 1;
	for (int i = 1; i < 1000; i++)
		sorted &= numbers[i - 1] <= numbers[i];
	CHECK(sorted);
	CHECK(mmap(0, 4096, PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED && errno == EACCES);
	CHECK(sysconf(_SC_PAGESIZE) == 4096 && sysconf(_SC_NPROCESSORS_ONLN) == 1 && sysconf(_SC_PHYS_PAGES) > 1000);
}

static void control(void)
{
	volatile int stage = 0;
	int n = setjmp(jump);
	if (!n) {
		stage = 1;
		longjmp(jump, 5);
	}
	CHECK(n == 5 && stage == 1);
	struct sigaction action = { .sa_handler = handler };
	CHECK(!sigaction(SIGUSR1, &action, 0) && !raise(SIGUSR1) && handled == SIGUSR1);
	CHECK(signal(SIGUSR2, handler) == SIG_DFL);
	if (sigsetjmp(sigjump, 1) == 0)
		raise(SIGUSR2);
	sigset_t mask;
	sigset_t real_time;
	siginfo_t info;
	CHECK(!sigemptyset(&real_time) && !sigaddset(&real_time, SIGRTMIN) && !sigprocmask(SIG_BLOCK, &real_time, 0));
	for (int i = 7; i < 9; i++)
		CHECK(!sigqueue(getpid(), SIGRTMIN, (union sigval){ .sival_int = i }));
	for (int i = 7; i < 9; i++)
		CHECK(sigwaitinfo(&real_time, &info) == SIGRTMIN && info.si_value.sival_int == i && info.si_code == SI_QUEUE);
	CHECK(handled == SIGUSR2 && !sigprocmask(SIG_BLOCK, 0, &mask) && !sigismember(&mask, SIGUSR2));
	CHECK(local == 42 && ++local == 43 && zeroed[299] == 0);
	CHECK(fork() == -1 && errno == ENOSYS);
	CHECK(system("true") == -1 && popen("true", "r") == 0);
	CHECK(socket(AF_INET, SOCK_STREAM, 0) == -1 && errno == ENOSYS);
	CHECK(waitpid(-1, 0, 0) == -1 && getpid() == 1 && kill(1, 0) == 0);
	pthread_t thread;
	CHECK(pthread_create(&thread, 0, 0, 0) != 0);
	pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
	CHECK(!pthread_mutex_lock(&mutex) && pthread_mutex_trylock(&mutex) == EBUSY && !pthread_mutex_unlock(&mutex));
	pthread_key_t key;
	CHECK(!pthread_key_create(&key, 0) && !pthread_setspecific(key, "x") && !strcmp(pthread_getspecific(key), "x"));
}

static char other_stack[SIGSTKSZ];
static int stack_told, on_other_stack;

static void where(int signal)
{
	stack_t now;
	char here;
	(void)signal;
	on_other_stack = &here >= other_stack && &here < other_stack + sizeof other_stack;
	stack_told = !sigaltstack(0, &now) && now.ss_flags == SS_ONSTACK && sigaltstack(&now, 0) == -1;
}

static void timers(void)
{
	struct sigaction action = { .sa_handler = where, .sa_flags = SA_ONSTACK };
	stack_t stack = { .ss_sp = other_stack, .ss_size = sizeof other_stack };
	time_t start = time(0);
	CHECK(!sigaltstack(&stack, 0) && !sigaction(SIGALRM, &action, 0));
	CHECK(alarm(100) == 0 && alarm(2) == 100);
	CHECK(sleep(10) == 8 && on_other_stack && stack_told && time(0) == start + 2);
	CHECK(alarm(5) == 0 && pause() == -1 && errno == EINTR && time(0) == start + 7);
}

static void surroundings(void)
{
	struct timespec t;
	struct timeval tv;
	struct utsname name;
	struct rlimit limit;
	unsigned char random[8];
	time_t start = time(0);
	CHECK(!clock_gettime(CLOCK_REALTIME, &t) && t.tv_sec == start && t.tv_nsec < 1000000);
	CHECK(sleep(3) == 0 && time(0) == start + 3 && usleep(500000) == 0);
	CHECK(!gettimeofday(&tv, 0) && tv.tv_sec == start + 3 && clock() > 0);
	CHECK(!getentropy(random, sizeof random) && getrandom(random, 8, 0) == 8);
	struct tm *tm = gmtime(&(time_t){ 1700000000 });
	CHECK(tm->tm_year == 123 && mktime(tm) == 1700000000);
	CHECK(!uname(&name) && !strcmp(name.machine, "x86_64") && !getrlimit(RLIMIT_NOFILE, &limit) && limit.rlim_cur == 1024);
	CHECK(getuid() == 1000 && getpwuid(getuid()) && !strcmp(getpwuid(1000)->pw_name, "guest"));
	CHECK(!strcmp(getenv("PATH_INFO"), "a,b#c\"d\\e f") && !setenv("X", "1", 1) && getenv("X")[0] == '1');
	CHECK(constructed == 1);
	struct pollfd p = { 0, POLLIN, 0 };
	CHECK(poll(&p, 1, -1) == 1);
}

int main(int argc, char **argv)
{
	CHECK(argc == 3 && !strcmp(argv[1], "two words") && !strcmp(argv[2], ""));
	surroundings();
	files();
	text();
	mathematics();
	memory();
	itself();
	control();
	timers();
	CHECK(!atexit(leave));
	printf("%d passed, %d failed\n", passed, failed);
	return failed != 0;
}
