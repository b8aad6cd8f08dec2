package io.zerocloud.wire;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Names an output that waits at an agent since Swift took it from nobody. It says all that is
 * needed to find it, so any proxy of the cluster can follow it; it is no secret and grants nothing.
 *
 * @param account in which the job ran
 * @param agent that keeps it
 * @param session the agent's name of the session
 * @param device that was written to
 */
public record KeptLink(String account, String agent, String session, String device) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._:-]{1,128}");

    /** The path at a proxy: {@code /kept/ACCOUNT/AGENT/SESSION/DEVICE}, percent-encoded. */
    public String path() {
        return "/kept/" + encode(account) + "/" + agent + "/" + session + "/" + encode(device);
    }

    /**
     * Reads a {@link #path}.
     *
     * @param path raw, without a query
     * @return empty if it is none
     */
    public static Optional<KeptLink> parse(String path) {
        String[] parts = path.split("/", -1);
        if (parts.length != 6
                || !parts[0].isEmpty()
                || !parts[1].equals("kept")
                || !NAME.matcher(parts[3]).matches()
                || !NAME.matcher(parts[4]).matches()) {
            return Optional.empty();
        }
        try {
            KeptLink link = new KeptLink(decode(parts[2]), parts[3], parts[4], decode(parts[5]));
            return Optional.of(link)
                    .filter(found -> !found.account.isEmpty() && !found.device.isEmpty());
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static String decode(String text) {
        // In a path a plus sign is one; URLDecoder knows forms only.
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
