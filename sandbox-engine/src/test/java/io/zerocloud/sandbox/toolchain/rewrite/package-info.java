@NullMarked
package io.zerocloud.sandbox.toolchain.rewrite;

import org.jspecify.annotations.NullMarked;
