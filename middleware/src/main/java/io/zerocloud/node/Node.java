package io.zerocloud.node;

import io.zerocloud.authority.SwiftApi;
import io.zerocloud.sandbox.session.Engine;
import java.nio.file.Path;

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
        Quota disk) {}
