/** For tests of others: a ZeroCloud in a container. */
@NullMarked
package io.zerocloud.testing;

import org.jspecify.annotations.NullMarked;
