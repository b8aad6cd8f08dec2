@NullMarked
package io.zerocloud.sandbox.elf;

import org.jspecify.annotations.NullMarked;
