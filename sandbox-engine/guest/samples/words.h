/* Counts of words: a hash table that grows, for wordmap and wordreduce. */
#ifndef WORDS_H
#define WORDS_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct word {
	char *text;
	uint32_t length, hash;
	unsigned long long count;
};

struct words {
	struct word *slots;
	uint32_t size, used;
};

static uint32_t words_hash(const char *text, size_t length)
{
	uint32_t h = 2166136261u;
	for (size_t i = 0; i < length; i++)
		h = (h ^ (unsigned char)text[i]) * 16777619u;
	return h ^ h >> 15;
}

static void *words_alloc(size_t size)
{
	void *p = calloc(1, size);
	if (!p) {
		fprintf(stderr, "out of memory\n");
		exit(1);
	}
	return p;
}

static struct word *words_slot(struct words *w, const char *text, uint32_t length, uint32_t hash)
{
	uint32_t i = hash & (w->size - 1);
	while (w->slots[i].text
	       && (w->slots[i].hash != hash || w->slots[i].length != length
		   || memcmp(w->slots[i].text, text, length) != 0))
		i = (i + 1) & (w->size - 1);
	return &w->slots[i];
}

static void words_add(struct words *w, const char *text, size_t length, unsigned long long count)
{
	if (w->used * 2 >= w->size) {
		struct words bigger = { NULL, w->size ? w->size * 2 : 1 << 12, w->used };
		bigger.slots = words_alloc(bigger.size * sizeof *bigger.slots);
		for (uint32_t i = 0; i < w->size; i++)
			if (w->slots[i].text)
				*words_slot(&bigger, w->slots[i].text, w->slots[i].length, w->slots[i].hash) =
					w->slots[i];
		free(w->slots);
		*w = bigger;
	}
	uint32_t hash = words_hash(text, length);
	struct word *slot = words_slot(w, text, (uint32_t)length, hash);
	if (!slot->text) {
		slot->text = words_alloc(length + 1);
		memcpy(slot->text, text, length);
		slot->length = (uint32_t)length;
		slot->hash = hash;
		w->used++;
	}
	slot->count += count;
}

#endif
