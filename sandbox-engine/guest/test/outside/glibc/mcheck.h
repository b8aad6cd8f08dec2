/* Tracing of the heap, which musl has not: tests call it and go on. */
static inline void mtrace(void) {}
static inline void muntrace(void) {}
