/**
 * What a proxy and an agent say to each other.
 *
 * <p>HTTP/1.1, every request signed by the proxy with the cluster key ({@link
 * io.zerocloud.wire.Signer}, {@link io.zerocloud.wire.SignatureCheck}):
 *
 * <pre>
 * POST   /v1/sessions/ID         a {@link io.zerocloud.wire.SessionOrder}; the answer is a stream of
 *                                lines ({@link io.zerocloud.wire.SessionEvent}), the last with the
 *                                {@link io.zerocloud.wire.SessionResult}
 * GET    /v1/sessions/ID/output  the session's part of the response body, from its beginning, while it
 *                                grows if the session still runs
 * DELETE /v1/sessions/ID         cancels the session and drops its output
 * HEAD   /v1/blobs/SHA256        whether the agent has those bytes
 * PUT    /v1/blobs/SHA256        gives them (an image or payload that came with a request)
 * GET    /v1/status              {@link io.zerocloud.wire.AgentStatus}
 * </pre>
 *
 * <p>Closing the connection of a {@code POST} before its last line cancels the session. Records
 * here check what they hold: both ends treat the other's bytes as hostile.
 */
@NullMarked
package io.zerocloud.wire;

import org.jspecify.annotations.NullMarked;
