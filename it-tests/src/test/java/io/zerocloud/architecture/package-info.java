/** The shape of the code base, as tests. */
@NullMarked
package io.zerocloud.architecture;

import org.jspecify.annotations.NullMarked;
