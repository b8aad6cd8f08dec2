package io.zerocloud.node;

import io.zerocloud.authority.SwiftApi;
import io.zerocloud.plan.Channel;
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
    sealed interface Source extends AutoCloseable {
        /** Written in order. */
        record Streamed(Spool spool) implements Source {}

        /** Written at any place. */
        record InFile(WrittenFile written) implements Source {}

        default long length() {
            return switch (this) {
                case Streamed(Spool spool) -> spool.length();
                case InFile(WrittenFile written) -> written.file().size();
            };
        }

        /** Nothing more will be written. */
        default void trim() {
            switch (this) {
                case Streamed(Spool spool) -> spool.complete();
                case InFile(WrittenFile written) -> written.trim();
            }
        }

        @Override
        default void close() {
            switch (this) {
                case Streamed(Spool spool) -> spool.drop();
                case InFile(WrittenFile written) -> written.close();
            }
        }

        default InputStream reader(long from) throws IOException {
            return switch (this) {
                case Streamed(Spool spool) -> spool.reader(from);
                case InFile(WrittenFile written) -> {
                    InputStream in = written.file().newInputStream();
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

    /**
     * How an output is stored.
     *
     * @param headers the object's type and metadata
     * @param from where it begins: behind what a guest's {@code message/http} head took
     */
    record Head(Map<String, String> headers, long from) {}

    /** The head of an output that nobody writes any more. */
    static Head head(Pending pending) throws IOException {
        Channel.Backing.ObjectOutput output = pending.output();
        String type = output.contentType();
        Map<String, String> headers = new LinkedHashMap<>();
        output.meta()
                .forEach(
                        (name, value) ->
                                headers.put("X-Object-Meta-" + name, HeaderText.encode(value)));
        Optional<HttpOutput> http =
                HttpOutput.isHttp(type)
                        ? HttpOutput.parse(type, pending.source().head(HttpOutput.MAX_HEAD))
                        : Optional.empty();
        http.ifPresent(parsed -> headers.putAll(parsed.objectMeta()));
        headers.put("Content-Type", http.flatMap(HttpOutput::contentType).orElse(type));
        return new Head(headers, http.map(HttpOutput::bodyAt).orElse(0));
    }

    private SessionResult.Stored store(Pending pending, Mandates mandates) {
        Channel.Backing.ObjectOutput output = pending.output();
        try {
            long length = pending.source().length();
            if (length < output.minSize()) {
                return SessionResult.Stored.of(
                        pending.device(), output.path().toString(), 0, length);
            }
            Head head = head(pending);
            Map<String, String> headers = new LinkedHashMap<>(head.headers());
            if (head.from() == 0 && pending.digest().length() == 32) {
                // Swift checks the bytes that arrive against what the guest wrote.
                headers.put("Etag", pending.digest());
            }
            try (InputStream body = pending.source().reader(head.from());
                    Reply reply =
                            swift.put(
                                    mandates.writer(output.path()),
                                    output.path(),
                                    headers,
                                    body,
                                    length - head.from())) {
                if (reply.status() / 100 != 2) {
                    return failed(pending, reply.status(), reply.reason());
                }
                return SessionResult.Stored.of(
                        pending.device(),
                        output.path().toString(),
                        reply.status(),
                        length - head.from());
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
                "Status " + status + " " + reason + " when putting " + path,
                Optional.empty());
    }
}
