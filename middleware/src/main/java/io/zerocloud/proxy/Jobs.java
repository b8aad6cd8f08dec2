package io.zerocloud.proxy;

import io.vertx.core.http.HttpServerRequest;
import io.zerocloud.request.Recognition;
import io.zerocloud.wire.KeptLink;

/** The job path behind the front. */
public interface Jobs {
    /**
     * Runs a job and answers it. Called on an event loop with the request paused; must return at
     * once.
     */
    void run(HttpServerRequest request, Recognition.Job job);

    /** Answers for an output that an agent keeps; called as {@link #run}. */
    void kept(HttpServerRequest request, KeptLink link);

    /** Our section of {@code /info}, a JSON object. */
    com.fasterxml.jackson.databind.node.ObjectNode info();
}
