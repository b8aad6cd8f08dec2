/** Which storage node runs which session, as a pure function. */
@NullMarked
package io.zerocloud.plan.placement;

import org.jspecify.annotations.NullMarked;
