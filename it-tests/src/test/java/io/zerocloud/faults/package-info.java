/** A cluster of processes, and what is left of it when some of them are killed. */
@NullMarked
package io.zerocloud.faults;

import org.jspecify.annotations.NullMarked;
