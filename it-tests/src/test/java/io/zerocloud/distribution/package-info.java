/** What users install, as they install it. */
@NullMarked
package io.zerocloud.distribution;

import org.jspecify.annotations.NullMarked;
