/** Guests in assembly for tests. */
@NullMarked
package io.zerocloud.sandbox.guests;

import org.jspecify.annotations.NullMarked;
