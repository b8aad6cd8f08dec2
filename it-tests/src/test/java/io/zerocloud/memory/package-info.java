@NullMarked
package io.zerocloud.memory;

import org.jspecify.annotations.NullMarked;
