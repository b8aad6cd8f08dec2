/* A register machine with a switch in a loop: jump tables and unpredictable targets. */
#include <stdint.h>
#include <stdio.h>

enum { ADD, XOR, MASK, SCALE, SUM, HALVE, COUNT, LOOP, STOP };

static const uint8_t program[] = {ADD, XOR, ADD, MASK, ADD, SCALE, 0, SUM, 0, HALVE, 0, COUNT, 0, LOOP, 0, STOP};

int main(void)
{
	int64_t sum = 0;
	uint64_t steps = 0;
	for (int round = 0; round < 24000; round++) {
		int r[4] = {round, 0, 1, 0}, count = 0, pc = 0, running = 1;
		while (running) {
			steps++;
			switch (program[pc]) {
			case ADD: r[1] += r[0]; pc++; break;
			case XOR: r[2] ^= r[1]; pc++; break;
			case MASK: r[3] += r[2] & 0xFF; pc++; break;
			case SCALE: r[0] = r[0] * 5 + 1; pc += 2; break;
			case SUM: sum += r[3]; pc += 2; break;
			case HALVE: r[1] >>= 1; pc += 2; break;
			case COUNT: count++; pc += 2; break;
			case LOOP: pc = count < 1000 ? 2 : pc + 2; break;
			default: running = 0;
			}
		}
	}
	printf("%llx %llu\n", (unsigned long long)sum, (unsigned long long)steps);
	return 0;
}
