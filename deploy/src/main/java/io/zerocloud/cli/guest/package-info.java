/** Sample guests for commands that show or measure something. */
@NullMarked
package io.zerocloud.cli.guest;

import org.jspecify.annotations.NullMarked;
