/** Guests and images for commands: samples that show or measure something, packed folders. */
@NullMarked
package io.zerocloud.cli.guest;

import org.jspecify.annotations.NullMarked;
