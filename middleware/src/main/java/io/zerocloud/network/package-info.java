/**
 * Channels between sessions, on the agent's side. What joins two sessions of one agent is a pipe of
 * the kernel. What joins sessions of two agents is a pipe at each, and between them a stream in the
 * one connection of that pair of agents:
 *
 * <pre>
 *   guest | pipe | {@link io.zerocloud.network.OutgoingStream} ==> {@link io.zerocloud.network.IncomingStream} | pipe | guest
 * </pre>
 *
 * <p>Guests have no ports and no sockets. docs/reference/relay.md has the frames, the limits and
 * what each end sees when something fails.
 */
@NullMarked
package io.zerocloud.network;

import org.jspecify.annotations.NullMarked;
