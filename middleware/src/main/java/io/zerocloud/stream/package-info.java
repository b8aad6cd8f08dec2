/**
 * Bridges between Vert.x's event-driven byte streams and blocking code on virtual threads, with
 * back-pressure both ways. The event loop never waits; the virtual thread does.
 */
@NullMarked
package io.zerocloud.stream;

import org.jspecify.annotations.NullMarked;
