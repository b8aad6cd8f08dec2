@NullMarked
package io.zerocloud.wire;

import org.jspecify.annotations.NullMarked;
