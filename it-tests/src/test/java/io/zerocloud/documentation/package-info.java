/** What the documentation says is true: its links lead somewhere and its commands work. */
@NullMarked
package io.zerocloud.documentation;

import org.jspecify.annotations.NullMarked;
