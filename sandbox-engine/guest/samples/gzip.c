/* gzip [-d] [-LEVEL]: compresses (or decompresses) standard input to standard output, with zlib. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { GZIP_FORMAT = 15 + 16, CHUNK = 128 * 1024 };

static unsigned char input[CHUNK], output[CHUNK];

static int put(const z_stream *z)
{
	size_t n = sizeof output - z->avail_out;
	return fwrite(output, 1, n, stdout) == n ? 0 : -1;
}

static int run(z_stream *z, int (*step)(z_stream *, int))
{
	int result = Z_OK, flush = Z_NO_FLUSH;
	while (result != Z_STREAM_END) {
		if (!z->avail_in && flush != Z_FINISH) {
			z->next_in = input;
			z->avail_in = (uInt)fread(input, 1, sizeof input, stdin);
			if (feof(stdin))
				flush = Z_FINISH;
		}
		z->next_out = output;
		z->avail_out = sizeof output;
		result = step(z, flush);
		if (result == Z_BUF_ERROR && z->avail_out == sizeof output) {
			fprintf(stderr, "gzip: unexpected end of file\n");
			return 1;
		}
		if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR) {
			fprintf(stderr, "gzip: %s\n", z->msg ? z->msg : "error");
			return 1;
		}
		if (put(z)) {
			perror("gzip");
			return 1;
		}
	}
	return 0;
}

int main(int argc, char **argv)
{
	z_stream z;
	int level = Z_DEFAULT_COMPRESSION, decompress = 0;
	memset(&z, 0, sizeof z);
	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "-d"))
			decompress = 1;
		else if (argv[i][0] == '-' && argv[i][1] >= '1' && argv[i][1] <= '9' && !argv[i][2])
			level = argv[i][1] - '0';
		else {
			fprintf(stderr, "usage: gzip [-d] [-1..-9] <input >output\n");
			return 2;
		}
	}
	int result = decompress ? inflateInit2(&z, GZIP_FORMAT)
		: deflateInit2(&z, level, Z_DEFLATED, GZIP_FORMAT, 8, Z_DEFAULT_STRATEGY);
	if (result != Z_OK) {
		fprintf(stderr, "gzip: out of memory\n");
		return 1;
	}
	return run(&z, decompress ? inflate : deflate) || fflush(stdout);
}
