/** The frames and connections of agents, without guests. */
@NullMarked
package io.zerocloud.network;

import org.jspecify.annotations.NullMarked;
