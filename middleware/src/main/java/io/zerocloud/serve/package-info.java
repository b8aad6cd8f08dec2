/**
 * Puts the parts together: the one-machine cluster, and the roles that a configuration file names.
 */
@NullMarked
package io.zerocloud.serve;

import org.jspecify.annotations.NullMarked;
