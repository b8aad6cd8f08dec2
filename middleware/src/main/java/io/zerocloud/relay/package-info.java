/**
 * The pass-through: requests that are not ours travel to Swift and back, streamed and unchanged.
 * Knows nothing of jobs.
 */
@NullMarked
package io.zerocloud.relay;

import org.jspecify.annotations.NullMarked;
