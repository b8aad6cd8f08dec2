/** Guest programs, compiled and run with the commands that their authors use. */
@NullMarked
package io.zerocloud.guest;

import org.jspecify.annotations.NullMarked;
