package io.zerocloud.answer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.zerocloud.wire.SessionResult;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The report of a job as JSON: for each node where it ran and why, what it used, how it ended. */
public final class ReportJson {
    private static final ObjectMapper JSON = new ObjectMapper();

    private ReportJson() {}

    /** The document; see docs/reference/report.md. */
    public static byte[] of(JobOutcome outcome) {
        ObjectNode root = JSON.createObjectNode();
        root.put("job", outcome.job());
        root.put("account", outcome.account());
        root.put("status", outcome.status());
        root.put("seconds", outcome.seconds());
        ArrayNode nodes = root.putArray("nodes");
        for (SessionAnswer session : outcome.sessions()) {
            nodes.add(node(session));
        }
        connections(outcome, root);
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(root);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree can always be written", e);
        }
    }

    /** What went through each connection, as both ends counted it. */
    private static void connections(JobOutcome outcome, ObjectNode root) {
        Map<Integer, ObjectNode> connections = new TreeMap<>();
        for (SessionAnswer session : outcome.sessions()) {
            for (SessionResult.Peer peer :
                    session.result().map(SessionResult::peers).orElse(List.of())) {
                ObjectNode both =
                        connections.computeIfAbsent(
                                peer.connection(), _ -> JSON.createObjectNode());
                ObjectNode end = both.putObject(peer.writes() ? "from" : "to");
                end.put("node", session.name());
                end.put("device", peer.device());
                end.put("bytes", peer.bytes());
                if (!peer.digest().isEmpty()) {
                    end.put("md5", peer.digest());
                }
            }
        }
        if (!connections.isEmpty()) {
            root.putArray("connections").addAll(connections.values());
        }
    }

    private static ObjectNode node(SessionAnswer session) {
        ObjectNode node = JSON.createObjectNode();
        node.put("name", session.name());
        node.put("status", session.status());
        node.put("agent", session.agent());
        node.put("why", session.why());
        node.put("tries", session.tries());
        session.result().ifPresent(result -> add(node, result));
        String error = ReportHeaders.error(session);
        if (!error.isEmpty()) {
            node.put("error", error);
        }
        ObjectNode millis = node.putObject("milliseconds");
        millis.put("queue", session.queuedMillis());
        session.result()
                .map(SessionResult::timings)
                .ifPresent(
                        timings -> {
                            millis.put("prepare", timings.prepare());
                            millis.put("start", timings.start());
                            millis.put("run", timings.run());
                            millis.put("store", timings.store());
                            millis.put("total", timings.total());
                        });
        return node;
    }

    private static void add(ObjectNode node, SessionResult result) {
        node.put("data", result.placement());
        node.put("state", result.state());
        node.put("returnCode", result.returnCode());
        SessionResult.Accounting used = result.accounting();
        ObjectNode cpu = node.putObject("cpuSeconds");
        cpu.put("system", used.system());
        cpu.put("user", used.user());
        node.put("memoryBytes", result.memoryBytes());
        ObjectNode io = node.putObject("io");
        io.put("reads", used.reads());
        io.put("readBytes", used.readBytes());
        io.put("writes", used.writes());
        io.put("writtenBytes", used.writtenBytes());
        io.put("networkReads", used.networkReads());
        io.put("networkReadBytes", used.networkReadBytes());
        io.put("networkWrites", used.networkWrites());
        io.put("networkWrittenBytes", used.networkWrittenBytes());
        SessionResult.Limits most = result.limits();
        ObjectNode limits = node.putObject("limits");
        limits.put("memoryBytes", most.memoryBytes());
        limits.put("seconds", most.timeoutMillis() / 1000.0);
        limits.put("operations", most.operations());
        limits.put("readBytes", most.readBytes());
        limits.put("writtenBytes", most.writtenBytes());
        result.body().ifPresent(body -> node.put("outputBytes", body.length()));
        ArrayNode stored = node.putArray("stored");
        for (SessionResult.Stored one : result.stored()) {
            ObjectNode entry = stored.addObject();
            entry.put("device", one.device());
            entry.put("path", one.path());
            entry.put("status", one.status());
            entry.put("bytes", one.bytes());
            if (!one.error().isEmpty()) {
                entry.put("error", one.error());
            }
            one.kept()
                    .ifPresent(
                            kept -> {
                                entry.put("kept", kept.link());
                                entry.put("keptUntil", kept.time());
                            });
        }
        node.put("stderr", result.stderr());
    }
}
