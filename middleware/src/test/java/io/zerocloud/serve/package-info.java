@NullMarked
package io.zerocloud.serve;

import org.jspecify.annotations.NullMarked;
