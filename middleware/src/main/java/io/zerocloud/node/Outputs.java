package io.zerocloud.node;

import io.zerocloud.authority.SwiftApi;
import io.zerocloud.plan.Channel;
import io.zerocloud.sandbox.session.OpenFile;
import io.zerocloud.stream.BlockingHttp.Reply;
import io.zerocloud.swift.HeaderText;
import io.zerocloud.wire.SessionResult;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Stores a session's outputs: an ordinary PUT for each, all of them attempted, in parallel. The PUT
 * is built from the job alone; nothing of the client's request is in it but the token.
 */
final class Outputs {
    private final SwiftApi swift;

    Outputs(SwiftApi swift) {
        this.swift = swift;
    }

    /** Where an output's bytes wait. */
    sealed interface Source {
        /** Written in order. */
        record Streamed(Spool spool) implements Source {}

        /** Written at any place. */
        record InFile(OpenFile file) implements Source {}

        default long length() {
            return switch (this) {
                case Streamed(Spool spool) -> spool.length();
                case InFile(OpenFile file) -> file.size();
            };
        }

        default InputStream reader(long from) throws IOException {
            return switch (this) {
                case Streamed(Spool spool) -> spool.reader(from);
                case InFile(OpenFile file) -> {
                    InputStream in = file.newInputStream();
                    in.skipNBytes(from);
                    yield in;
                }
            };
        }

        default byte[] head(int count) throws IOException {
            try (InputStream in = reader(0)) {
                return in.readNBytes((int) Math.min(count, length()));
            }
        }
    }

    /**
     * An output that is to be stored.
     *
     * @param digest MD5 of its bytes in order, or empty
     */
    record Pending(
            String device, Channel.Backing.ObjectOutput output, Source source, String digest) {}

    /** Stores all; each gets an answer, in order. */
    List<SessionResult.Stored> store(List<Pending> outputs, Mandates mandates)
            throws InterruptedException {
        if (outputs.size() == 1) {
            return List.of(store(outputs.getFirst(), mandates));
        }
        List<SessionResult.Stored> stored = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<SessionResult.Stored>> running = new ArrayList<>();
            for (Pending output : outputs) {
                running.add(threads.submit(() -> store(output, mandates)));
            }
            for (int i = 0; i < running.size(); i++) {
                try {
                    stored.add(running.get(i).get());
                } catch (ExecutionException e) {
                    stored.add(failed(outputs.get(i), 500, "Internal Error"));
                }
            }
        }
        return stored;
    }

    private SessionResult.Stored store(Pending pending, Mandates mandates) {
        Channel.Backing.ObjectOutput output = pending.output();
        try {
            long length = pending.source().length();
            if (length < output.minSize()) {
                return new SessionResult.Stored(
                        pending.device(), output.path().toString(), 0, length, "");
            }
            String type = output.contentType();
            Map<String, String> headers = new LinkedHashMap<>();
            output.meta()
                    .forEach(
                            (name, value) ->
                                    headers.put("X-Object-Meta-" + name, HeaderText.encode(value)));
            long from = 0;
            Optional<HttpOutput> http =
                    HttpOutput.isHttp(type)
                            ? HttpOutput.parse(type, pending.source().head(HttpOutput.MAX_HEAD))
                            : Optional.empty();
            if (http.isPresent()) {
                from = http.get().bodyAt();
                type = http.get().contentType().orElse(type);
                headers.putAll(http.get().objectMeta());
            } else if (pending.digest().length() == 32) {
                // Swift checks the bytes that arrive against what the guest wrote.
                headers.put("Etag", pending.digest());
            }
            headers.put("Content-Type", type);
            try (InputStream body = pending.source().reader(from);
                    Reply reply =
                            swift.put(
                                    mandates.writer(output.path()),
                                    output.path(),
                                    headers,
                                    body,
                                    length - from)) {
                if (reply.status() / 100 != 2) {
                    return failed(pending, reply.status(), reply.reason());
                }
                return new SessionResult.Stored(
                        pending.device(),
                        output.path().toString(),
                        reply.status(),
                        length - from,
                        "");
            }
        } catch (SessionFailure e) {
            return failed(pending, 401, "Unauthorized");
        } catch (IOException e) {
            return failed(pending, 503, "Service Unavailable");
        }
    }

    static SessionResult.Stored failed(Pending pending, int status, String reason) {
        String path = pending.output().path().toString();
        return new SessionResult.Stored(
                pending.device(),
                path,
                status,
                pending.source().length(),
                "Status " + status + " " + reason + " when putting " + path);
    }
}
