@NullMarked
package io.zerocloud.toolchain;

import org.jspecify.annotations.NullMarked;
