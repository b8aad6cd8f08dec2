/* Insertion into and walks over a binary tree: pointer chasing. */
#include <stdio.h>
#include <stdlib.h>

enum { COUNT = 500000, WALKS = 15 };

struct node { struct node *left, *right; int key, count; };

static struct node *pool;

static struct node *insert(struct node *t, int key)
{
	if (!t) {
		t = pool++;
		t->key = key;
		t->count = 1;
	} else if (key < t->key)
		t->left = insert(t->left, key);
	else if (key > t->key)
		t->right = insert(t->right, key);
	else
		t->count++;
	return t;
}

static long long sum(const struct node *t)
{
	return t ? sum(t->left) + sum(t->right) + t->key % 1000 * t->count : 0;
}

int main(void)
{
	pool = calloc(COUNT, sizeof *pool);
	struct node *tree = 0;
	unsigned seed = 3;
	long long total = 0;
	for (int i = 0; i < COUNT; i++) {
		seed = seed * 1664525 + 1013904223;
		tree = insert(tree, seed >> 4);
	}
	for (int i = 0; i < WALKS; i++) total += sum(tree);
	printf("%lld\n", total);
	return 0;
}
