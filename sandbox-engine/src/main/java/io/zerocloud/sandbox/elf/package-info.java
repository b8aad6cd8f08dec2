/**
 * Guest executables ("nexe"): ELF64 files whose layout is checked strictly before anything is
 * mapped.
 */
@NullMarked
package io.zerocloud.sandbox.elf;

import org.jspecify.annotations.NullMarked;
