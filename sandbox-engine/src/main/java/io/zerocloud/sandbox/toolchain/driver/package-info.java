/** gcc's command line for guests: which steps to run with which options. */
@NullMarked
package io.zerocloud.sandbox.toolchain.driver;

import org.jspecify.annotations.NullMarked;
