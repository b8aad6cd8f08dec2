package io.zerocloud.authority;

import io.zerocloud.job.StorePath;
import io.zerocloud.plan.ObjectFacts;
import io.zerocloud.plan.Pin;
import io.zerocloud.stream.BlockingHttp.Reply;
import io.zerocloud.swift.HeaderText;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
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
    private final Caller caller;

    public CallerFacts(SwiftApi swift, Caller caller) {
        this.swift = swift;
        this.caller = caller;
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
        try (Reply reply = swift.head(caller, path)) {
            int status = reply.status();
            if (status / 100 == 2) {
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
        try (Reply reply = swift.head(caller, path.inContainer())) {
            return reply.status() != 404;
        }
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
