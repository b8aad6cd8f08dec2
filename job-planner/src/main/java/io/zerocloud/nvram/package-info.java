/** What a guest is told about itself: command line, environment, mounts, file types. */
@NullMarked
package io.zerocloud.nvram;

import org.jspecify.annotations.NullMarked;
