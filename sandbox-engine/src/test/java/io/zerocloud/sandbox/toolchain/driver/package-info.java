@NullMarked
package io.zerocloud.sandbox.toolchain.driver;

import org.jspecify.annotations.NullMarked;
