package io.zerocloud.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.zerocloud.sandbox.session.ChannelReport;
import io.zerocloud.sandbox.session.Protection;
import io.zerocloud.sandbox.session.Report;
import java.time.Duration;
import java.util.List;

/** A session's report and the host's protections as JSON, for {@code run --report}. */
final class ReportJson {
    private static final ObjectMapper JSON = new ObjectMapper();

    private ReportJson() {}

    /** One line; times in seconds, sizes in bytes. */
    static String of(Report report, List<Protection> protections) {
        ObjectNode out = JSON.createObjectNode().put("state", report.state());
        report.guestCode().ifPresent(code -> out.put("guest_code", code));
        out.put("user_seconds", seconds(report.userTime()))
                .put("system_seconds", seconds(report.systemTime()))
                .put("peak_memory_bytes", report.peakMemoryBytes())
                .put("start_seconds", seconds(report.timings().start()))
                .put("total_seconds", seconds(report.timings().total()));
        ArrayNode channels = out.putArray("channels");
        for (ChannelReport channel : report.channels()) {
            channels.addObject()
                    .put("alias", channel.alias())
                    .put("reads", channel.gets())
                    .put("read_bytes", channel.getBytes())
                    .put("writes", channel.puts())
                    .put("written_bytes", channel.putBytes());
        }
        ArrayNode walls = out.putArray("protections");
        for (Protection protection : protections) {
            ObjectNode wall =
                    walls.addObject().put("name", protection.name()).put("on", protection.on());
            if (!protection.on()) {
                wall.put("reason", protection.reason());
            }
        }
        return out.toString();
    }

    private static double seconds(Duration time) {
        return time.toNanos() / 1e9;
    }
}
