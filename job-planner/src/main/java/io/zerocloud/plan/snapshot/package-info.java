/** A store written down in one document, to plan against without a server. */
@NullMarked
package io.zerocloud.plan.snapshot;

import org.jspecify.annotations.NullMarked;
