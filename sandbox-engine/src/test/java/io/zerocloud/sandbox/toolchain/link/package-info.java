@NullMarked
package io.zerocloud.sandbox.toolchain.link;

import org.jspecify.annotations.NullMarked;
