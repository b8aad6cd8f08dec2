/** Assembly text of the GNU assembler's AT&T dialect as records. */
@NullMarked
package io.zerocloud.sandbox.toolchain.asm;

import org.jspecify.annotations.NullMarked;
