package io.zerocloud.relay;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.http.HttpServerRequest;
import io.zerocloud.proxy.Jobs;
import io.zerocloud.request.Recognition;
import io.zerocloud.wire.KeptLink;

/** For proxies that only pass on. */
final class NoJobs implements Jobs {
    @Override
    public void run(HttpServerRequest request, Recognition.Job job) {
        throw new AssertionError("not a job: " + job);
    }

    @Override
    public void kept(HttpServerRequest request, KeptLink link) {
        throw new AssertionError("no job kept: " + link);
    }

    @Override
    public ObjectNode info() {
        return new ObjectMapper().createObjectNode().put("jobs", true);
    }
}
