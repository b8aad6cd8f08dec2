package io.zerocloud.answer;

import io.zerocloud.relay.HeaderBytes;
import io.zerocloud.wire.SessionResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Status and headers of a finished job's answer, its length aside.
 *
 * @param reason of the status, or empty for the usual one
 * @param headers name and value, in turn; names may repeat
 */
public record AnswerHead(int status, String reason, List<String> headers) {
    private static final String TEXT = "text/plain; charset=UTF-8";

    public AnswerHead {
        headers = List.copyOf(headers);
    }

    /**
     * The head for an outcome.
     *
     * @param extra headers of the service; they beat a guest's
     */
    public static AnswerHead of(JobOutcome outcome, Map<String, String> extra) {
        Optional<SessionAnswer> lead = outcome.lead();
        Optional<SessionResult.Body> body =
                lead.flatMap(SessionAnswer::result).flatMap(SessionResult::body);
        boolean text = lead.isEmpty() || !lead.get().message().isEmpty() || body.isEmpty();
        Head head = new Head();
        if (text) {
            head.set("Content-Type", TEXT);
        } else {
            List<String> guests = body.get().headers();
            for (int i = 0; i + 1 < guests.size(); i += 2) {
                // The agent has checked them; an agent may have been taken over.
                if (HeaderBytes.isName(guests.get(i)) && HeaderBytes.isValue(guests.get(i + 1))) {
                    head.add(guests.get(i), guests.get(i + 1));
                }
            }
            head.set(
                    "Content-Type",
                    HeaderBytes.isValue(body.get().contentType())
                            ? body.get().contentType()
                            : "application/octet-stream");
            head.set("X-Zerovm-Device", body.get().device());
        }
        extra.forEach(head::set);
        ReportHeaders.of(outcome, ReportHeaders.Place.HEAD).forEach(head::set);
        head.set(
                "X-Timestamp",
                String.format(Locale.ROOT, "%.5f", System.currentTimeMillis() / 1000.0));
        return new AnswerHead(outcome.status(), reason(outcome), head.pairs);
    }

    private static String reason(JobOutcome outcome) {
        if (outcome.sessions().size() != 1) {
            return "";
        }
        return outcome.sessions()
                .getFirst()
                .result()
                .map(SessionResult::reason)
                .filter(HeaderBytes::isValue)
                .orElse("");
    }

    /** The type of the body. */
    public String contentType() {
        for (int i = 0; i + 1 < headers.size(); i += 2) {
            if (headers.get(i).equalsIgnoreCase("Content-Type")) {
                return headers.get(i + 1);
            }
        }
        return TEXT;
    }

    private static final class Head {
        private final List<String> pairs = new ArrayList<>();

        void add(String name, String value) {
            pairs.add(name);
            pairs.add(value);
        }

        void set(String name, String value) {
            for (int i = pairs.size() - 2; i >= 0; i -= 2) {
                if (pairs.get(i).equalsIgnoreCase(name)) {
                    pairs.remove(i + 1);
                    pairs.remove(i);
                }
            }
            add(name, value);
        }
    }
}
