package io.zerocloud.node;

import io.zerocloud.authority.SwiftApi;
import io.zerocloud.sandbox.session.Engine;
import io.zerocloud.wire.SessionOrder;
import java.nio.file.Path;
import java.time.Duration;

/** What all sessions of one agent share. */
record Node(
        AgentConfig config,
        Engine engine,
        SwiftApi swift,
        Inputs inputs,
        Images images,
        BlobStore blobs,
        Programs programs,
        Outputs outputs,
        KeptOutputs kept,
        Path spools,
        Quota memory,
        Quota disk) {

    /** How long a session's guest may run. */
    Duration timeout(SessionOrder order) {
        return Duration.ofMillis(Math.min(order.timeoutMillis(), config.maxTimeout().toMillis()));
    }
}
