@NullMarked
package io.zerocloud.stream;

import org.jspecify.annotations.NullMarked;
