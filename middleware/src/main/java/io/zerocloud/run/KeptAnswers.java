package io.zerocloud.run;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.zerocloud.answer.AnswerWriter;
import io.zerocloud.authority.Caller;
import io.zerocloud.authority.Rights;
import io.zerocloud.error.ErrorCode;
import io.zerocloud.error.JobException;
import io.zerocloud.proxy.ErrorAnswer;
import io.zerocloud.relay.HeaderBytes;
import io.zerocloud.request.Headers;
import io.zerocloud.stream.BlockingHttp.Reply;
import io.zerocloud.wire.KeptLink;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands out and drops outputs that agents keep, to who owns the account in which the job ran: Swift
 * is asked each time, with the token of this request. A link is good at any proxy, and grants
 * nothing by itself.
 */
final class KeptAnswers {
    private static final Logger LOG = LoggerFactory.getLogger(KeptAnswers.class);
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "DELETE");

    private final Vertx vertx;
    private final Rights rights;
    private final Agents agents;

    KeptAnswers(Vertx vertx, Rights rights, Agents agents) {
        this.vertx = vertx;
        this.rights = rights;
        this.agents = agents;
    }

    /** Answers. Blocks; for a virtual thread. */
    void serve(HttpServerRequest request, Context context, KeptLink link, String transaction) {
        try {
            answer(request, context, link, transaction);
        } catch (JobException e) {
            context.runOnContext(_ -> ErrorAnswer.send(vertx, request, e));
        } catch (IOException e) {
            LOG.debug("{} broke off", link, e);
        } catch (RuntimeException e) {
            LOG.error("{} failed", link, e);
            context.runOnContext(
                    _ -> ErrorAnswer.send(vertx, request, JobException.of(ErrorCode.INTERNAL)));
        }
    }

    private void answer(
            HttpServerRequest request, Context context, KeptLink link, String transaction)
            throws JobException, IOException {
        String method = request.method().name();
        if (!METHODS.contains(method)) {
            throw JobException.of(ErrorCode.METHOD_NOT_ALLOWED)
                    .with("Allow", String.join(", ", METHODS.stream().sorted().toList()));
        }
        Optional<String> token =
                Optional.ofNullable(request.getHeader(Headers.AUTH_TOKEN))
                        .or(() -> Optional.ofNullable(request.getHeader(Headers.STORAGE_TOKEN)));
        rights.requireRunNow(new Caller(token, "", transaction), link.account());
        AgentClient agent = agents.find(link.agent()).orElseThrow(KeptAnswers::nothing);
        try (Reply reply = ask(agent, method, link)) {
            if (reply.status() / 100 != 2) {
                throw nothing();
            }
            AnswerWriter writer = new AnswerWriter(request, context);
            if (reply.status() == 204) {
                writer.writeEmpty(204);
            } else {
                writer.writeStored(headers(reply), reply.body());
            }
        }
    }

    private static Reply ask(AgentClient agent, String method, KeptLink link) throws JobException {
        try {
            return agent.kept(method, link);
        } catch (IOException e) {
            throw JobException.of(
                    ErrorCode.NO_SUITABLE_NODE, "agent " + link.agent() + " does not answer", e);
        }
    }

    /** Those of the object that it would have become. */
    private static Map<String, String> headers(Reply reply) {
        Map<String, String> headers = new LinkedHashMap<>();
        reply.headers()
                .forEach(
                        header -> {
                            String name = header.getKey().toLowerCase(Locale.ROOT);
                            // The agent has checked them; an agent may have been taken over.
                            if ((name.equals("content-type")
                                            || name.equals("content-length")
                                            || name.startsWith("x-object-meta-"))
                                    && HeaderBytes.isName(header.getKey())
                                    && HeaderBytes.isValue(header.getValue())) {
                                headers.put(header.getKey(), header.getValue());
                            }
                        });
        headers.put("X-Content-Type-Options", "nosniff");
        return headers;
    }

    private static JobException nothing() {
        return JobException.as(
                ErrorCode.NOT_FOUND,
                404,
                "Not Found: no output is kept under this link (any more)");
    }
}
