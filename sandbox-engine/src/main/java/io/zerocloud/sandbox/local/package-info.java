/** One guest on this machine, started from a command line or a ZeroVM manifest. */
@NullMarked
package io.zerocloud.sandbox.local;

import org.jspecify.annotations.NullMarked;
