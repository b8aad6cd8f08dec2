/* MD5 (RFC 1321) and SHA-1 (FIPS 180-4), fed with what a guest reads and writes. */
#include "worker.h"

static u32 rotate(u32 value, u32 by) { return value << by | value >> (32 - by); }

static void md5_block(u32 h[4], const u8 *block)
{
    static const u32 k[64] = {
        0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501, 0x698098d8,
        0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821, 0xf61e2562, 0xc040b340,
        0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8, 0x21e1cde6, 0xc33707d6, 0xf4d50d87,
        0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a, 0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c,
        0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70, 0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039,
        0xe6db99e5, 0x1fa27cf8, 0xc4ac5665, 0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92,
        0xffeff47d, 0x85845dd1, 0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb,
        0xeb86d391};
    u32 a = h[0], b = h[1], c = h[2], d = h[3], m[16];
    memcpy(m, block, 64);
#define STEP(f, a, b, c, d, i, g, s) a = b + rotate(a + (f) + k[i] + m[(g) % 16], s)
#define FOUR(F, i, g, add, s0, s1, s2, s3)                                                                             \
    STEP(F(b, c, d), a, b, c, d, i, g, s0);                                                                            \
    STEP(F(a, b, c), d, a, b, c, i + 1, g + add, s1);                                                                  \
    STEP(F(d, a, b), c, d, a, b, i + 2, g + 2 * add, s2);                                                              \
    STEP(F(c, d, a), b, c, d, a, i + 3, g + 3 * add, s3)
#define F1(x, y, z) (z ^ (x & (y ^ z)))
#define F2(x, y, z) (y ^ (z & (x ^ y)))
#define F3(x, y, z) (x ^ y ^ z)
#define F4(x, y, z) (y ^ (x | ~z))
    for (int i = 0; i < 16; i += 4) { FOUR(F1, i, i, 1, 7, 12, 17, 22); }
    for (int i = 16; i < 32; i += 4) { FOUR(F2, i, 5 * i + 1, 5, 5, 9, 14, 20); }
    for (int i = 32; i < 48; i += 4) { FOUR(F3, i, 3 * i + 5, 3, 4, 11, 16, 23); }
    for (int i = 48; i < 64; i += 4) { FOUR(F4, i, 7 * i, 7, 6, 10, 15, 21); }
    h[0] += a, h[1] += b, h[2] += c, h[3] += d;
}

static void sha1_block(u32 h[5], const u8 *block)
{
    u32 w[80], a = h[0], b = h[1], c = h[2], d = h[3], e = h[4];
    for (int i = 0; i < 16; i++) {
        memcpy(&w[i], block + 4 * i, 4);
        w[i] = __builtin_bswap32(w[i]);
    }
    for (int i = 16; i < 80; i++)
        w[i] = rotate(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
    for (int i = 0; i < 80; i++) {
        u32 f = i < 20   ? (d ^ (b & (c ^ d))) + 0x5a827999
                : i < 40 ? (b ^ c ^ d) + 0x6ed9eba1
                : i < 60 ? ((b & c) | (d & (b | c))) + 0x8f1bbcdc
                         : (b ^ c ^ d) + 0xca62c1d6;
        u32 next = rotate(a, 5) + f + e + w[i];
        e = d, d = c, c = rotate(b, 30), b = a, a = next;
    }
    h[0] += a, h[1] += b, h[2] += c, h[3] += d, h[4] += e;
}

static void block_of(struct digest *digest, const u8 *block)
{
    (digest->kind == D_MD5 ? md5_block : sha1_block)(digest->h, block);
}

void digest_start(struct digest *digest, u32 kind)
{
    static const u32 start[5] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
    digest->bytes = 0;
    digest->kind = kind;
    memcpy(digest->h, start, sizeof start);
}

void digest_add(struct digest *digest, const void *bytes, u64 size)
{
    const u8 *from = bytes;
    u64 used = digest->bytes % 64;
    if (digest->kind == D_NONE)
        return;
    digest->bytes += size;
    if (used) {
        u64 part = MIN(size, 64 - used);
        memcpy(digest->block + used, from, part);
        if (used + part < 64)
            return;
        block_of(digest, digest->block);
        from += part;
        size -= part;
    }
    for (; size >= 64; from += 64, size -= 64)
        block_of(digest, from);
    memcpy(digest->block, from, size);
}

void digest_end(struct digest *digest, u8 out[DIGEST_BYTES])
{
    u64 bits = digest->bytes * 8;
    u8 padding[72] = {0x80};
    if (digest->kind == D_NONE)
        return;
    digest_add(digest, padding, 1 + (119 - digest->bytes % 64) % 64);
    if (digest->kind == D_SHA1)
        bits = __builtin_bswap64(bits);
    digest_add(digest, &bits, 8);
    for (int i = 0; i < 5; i++) {
        u32 word = digest->kind == D_SHA1 ? __builtin_bswap32(digest->h[i]) : i < 4 ? digest->h[i] : 0;
        memcpy(out + 4 * i, &word, 4);
    }
}
