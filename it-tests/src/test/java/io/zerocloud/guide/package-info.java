/** The commands of the guides, run as they stand. */
@NullMarked
package io.zerocloud.guide;

import org.jspecify.annotations.NullMarked;
