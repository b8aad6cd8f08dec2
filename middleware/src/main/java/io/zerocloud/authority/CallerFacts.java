package io.zerocloud.authority;

import io.zerocloud.job.StorePath;
import io.zerocloud.plan.ObjectFacts;
import io.zerocloud.plan.Pin;
import io.zerocloud.request.JobRequest;
import io.zerocloud.stream.BlockingHttp.Reply;
import io.zerocloud.swift.HeaderText;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/**
 * One {@code HEAD} with the caller's token for each path. That Swift answers it is the
 * authorisation to read; what it answers is the pin. Not cached: a pin must be fresh.
 */
public final class CallerFacts implements ObjectFacts {
    /** Swift's proxy serves about this many at once before they only queue. */
    private static final int PARALLEL = 16;

    private static final String META = "x-object-meta-";

    private final SwiftApi swift;
    private final Acting acting;
    private final Map<StorePath, StorePath> targets = new ConcurrentHashMap<>();

    public CallerFacts(SwiftApi swift, Acting acting) {
        this.swift = swift;
        this.acting = acting;
    }

    /**
     * What symbolic links among the described paths point to, as the answers said: the pin is the
     * target's, whose file may lie on a disk.
     */
    public Map<StorePath, StorePath> targets() {
        return Map.copyOf(targets);
    }

    @Override
    public Map<StorePath, Fact> describe(Set<StorePath> paths) {
        Map<StorePath, Fact> found = new ConcurrentHashMap<>();
        if (paths.size() == 1) {
            StorePath only = paths.iterator().next();
            found.put(only, ask(only));
        } else {
            Semaphore permits = new Semaphore(PARALLEL);
            try (var threads = java.util.concurrent.Executors.newVirtualThreadPerTaskExecutor()) {
                for (StorePath path : paths) {
                    permits.acquireUninterruptibly();
                    threads.execute(
                            () -> {
                                try {
                                    found.put(path, ask(path));
                                } finally {
                                    permits.release();
                                }
                            });
                }
            }
        }
        Map<StorePath, Fact> inOrder = new LinkedHashMap<>();
        for (StorePath path : paths) {
            inOrder.put(path, found.getOrDefault(path, new Fact.Refused(503, "no answer")));
        }
        return inOrder;
    }

    private Fact ask(StorePath path) {
        Caller reader = acting.reader(path);
        try (Reply reply = swift.head(reader, path)) {
            int status = reply.status();
            if ((status == 401 || status == 403) && acting.mayReadOtherwise(path, reader)) {
                return ask(path);
            }
            if (status / 100 == 2) {
                Optional<StorePath> target = target(reply).filter(other -> !other.equals(path));
                if (target.isPresent()) {
                    if (!acting.mayFollow(path, target.get())) {
                        return new Fact.Refused(403, "Forbidden");
                    }
                    targets.put(path, target.get());
                }
                return new Fact.Present(pin(path, reply));
            }
            if (status == 404) {
                return new Fact.Missing(path.isContainer() || !containerExists(path));
            }
            return new Fact.Refused(status, reply.reason());
        } catch (IOException e) {
            return new Fact.Refused(503, "Service Unavailable");
        }
    }

    private boolean containerExists(StorePath path) throws IOException {
        try (Reply reply = swift.head(acting.reader(path), path.inContainer())) {
            return reply.status() != 404;
        }
    }

    /**
     * Where an answer says that its object really lies. Of a versioned object the header has a
     * query; that is not another path.
     */
    public static Optional<StorePath> target(Reply reply) {
        String contentLocation = reply.header("Content-Location");
        if (!contentLocation.startsWith("/v1/") || contentLocation.contains("?")) {
            return Optional.empty();
        }
        String[] parts =
                JobRequest.percentDecoded(contentLocation.substring("/v1/".length())).split("/", 3);
        return parts.length == 3 && !parts[0].isEmpty() && !parts[1].isEmpty()
                ? Optional.of(new StorePath(parts[0], parts[1], parts[2]))
                : Optional.empty();
    }

    private static Pin pin(StorePath path, Reply reply) {
        Map<String, String> meta = new TreeMap<>();
        for (Map.Entry<String, String> header : reply.headers()) {
            String name = header.getKey().toLowerCase(Locale.ROOT);
            if (name.startsWith(META)) {
                meta.put(name.substring(META.length()), HeaderText.decode(header.getValue()));
            }
        }
        if (path.isContainer()) {
            return new Pin(
                    "",
                    0,
                    "application/octet-stream",
                    reply.header("X-Timestamp"),
                    "",
                    meta,
                    false);
        }
        return new Pin(
                reply.header("Etag"),
                length(reply.header("Content-Length")),
                HeaderText.decode(reply.header("Content-Type")),
                reply.header("X-Timestamp"),
                HeaderText.decode(reply.header("Content-Encoding")),
                meta,
                false);
    }

    private static long length(String text) {
        try {
            return Math.max(0, Long.parseLong(text.strip()));
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
