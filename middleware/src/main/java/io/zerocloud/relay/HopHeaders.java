package io.zerocloud.relay;

import io.vertx.core.MultiMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Which headers end at this hop (RFC 9110, 7.6.1): the fixed list and whatever {@code Connection}
 * names. Framing is decided anew on each side; all other headers keep their bytes and order.
 */
final class HopHeaders {
    private static final Set<String> FIXED =
            Set.of(
                    "connection",
                    "keep-alive",
                    "proxy-connection",
                    "te",
                    "trailer",
                    "transfer-encoding",
                    "upgrade");

    private HopHeaders() {}

    /** Copies every header that travels further. */
    static void copy(MultiMap from, MultiMap to) {
        Set<String> dropped = dropped(from);
        for (Map.Entry<String, String> header : from) {
            if (!dropped.contains(header.getKey().toLowerCase(Locale.ROOT))) {
                to.add(header.getKey(), header.getValue());
            }
        }
    }

    private static Set<String> dropped(MultiMap headers) {
        if (!headers.contains("Connection")) {
            return FIXED;
        }
        Set<String> dropped = new HashSet<>(FIXED);
        for (String value : headers.getAll("Connection")) {
            for (String name : value.split(",")) {
                dropped.add(name.strip().toLowerCase(Locale.ROOT));
            }
        }
        // A client cannot make us forget these by naming them: framing and routing depend on them.
        dropped.remove("content-length");
        dropped.remove("host");
        return dropped;
    }
}
