/** The {@code zerocloud} command: one class a subcommand, each thin over the module it calls. */
@NullMarked
package io.zerocloud.cli;

import org.jspecify.annotations.NullMarked;
