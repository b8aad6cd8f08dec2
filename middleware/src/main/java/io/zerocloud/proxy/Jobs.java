package io.zerocloud.proxy;

import io.vertx.core.http.HttpServerRequest;
import io.zerocloud.request.Target;

/** The job path behind the front. */
public interface Jobs {
    /**
     * Runs a job POST and answers it. Called on an event loop with the request paused; must return
     * at once.
     */
    void run(HttpServerRequest request, Target target);

    /** Our section of {@code /info}, a JSON object. */
    com.fasterxml.jackson.databind.node.ObjectNode info();
}
