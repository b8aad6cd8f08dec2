/** Turns gcc's x32 assembly into code that the validator accepts. */
@NullMarked
package io.zerocloud.sandbox.toolchain.rewrite;

import org.jspecify.annotations.NullMarked;
