@NullMarked
package io.zerocloud.relay;

import org.jspecify.annotations.NullMarked;
