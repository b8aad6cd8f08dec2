@NullMarked
package io.zerocloud.node;

import org.jspecify.annotations.NullMarked;
