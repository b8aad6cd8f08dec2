/* Five bodies under gravity: double arithmetic on an array of structures. */
#include <math.h>
#include <stdio.h>

enum { BODIES = 5, STEPS = 5000000 };

struct body { double x[3], v[3], mass; };

static struct body bodies[BODIES] = {
	{{0, 0, 0}, {0, 0, 0}, 39.47},
	{{4.84, -1.16, -.10}, {.6, 2.8, -.02}, .037},
	{{8.34, 4.12, -.4}, {-1.01, 1.8, .008}, .011},
	{{12.8, -15.1, -.22}, {1.08, .86, -.01}, .0017},
	{{15.3, -25.9, .17}, {.97, .59, -.03}, .002},
};

static void advance(double dt)
{
	for (int i = 0; i < BODIES; i++)
		for (int j = i + 1; j < BODIES; j++) {
			double d[3], distance = 0;
			for (int k = 0; k < 3; k++) {
				d[k] = bodies[i].x[k] - bodies[j].x[k];
				distance += d[k] * d[k];
			}
			double force = dt / (distance * __builtin_sqrt(distance));
			for (int k = 0; k < 3; k++) {
				bodies[i].v[k] -= d[k] * bodies[j].mass * force;
				bodies[j].v[k] += d[k] * bodies[i].mass * force;
			}
		}
	for (int i = 0; i < BODIES; i++)
		for (int k = 0; k < 3; k++) bodies[i].x[k] += dt * bodies[i].v[k];
}

int main(void)
{
	for (int step = 0; step < STEPS; step++) advance(0.001);
	printf("%.9f %.9f\n", bodies[0].x[0], bodies[3].x[1]);
	return 0;
}
