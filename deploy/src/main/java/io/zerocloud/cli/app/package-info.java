/** Projects of users: made, bundled into an archive, stored in an account, run there. */
@NullMarked
package io.zerocloud.cli.app;

import org.jspecify.annotations.NullMarked;
