package io.zerocloud.run;

import io.zerocloud.authority.Caller;
import io.zerocloud.authority.SwiftApi;
import io.zerocloud.job.StorePath;
import io.zerocloud.request.JobRequest;
import io.zerocloud.stream.BlockingHttp.Reply;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What lets a browser show an answer to a page of another origin. Swift decides: it is asked about
 * the URL's container in the page's name, and what it would allow there it allows here. A URL
 * without a container has no such setting.
 */
final class CrossOrigin {
    private static final String EXPOSE = "Access-Control-Expose-Headers";
    private static final List<String> PASSED =
            List.of("Access-Control-Allow-Origin", "Access-Control-Allow-Credentials", "Vary");

    /** Headers of ours that a page may want to read. */
    private static final String OURS =
            "x-nexe-system, x-nexe-status, x-nexe-retcode, x-nexe-etag, x-nexe-validation,"
                    + " x-nexe-cdr-line, x-nexe-policy, x-nexe-colocated, x-nexe-error,"
                    + " x-zerovm-device, x-zerocloud-id, x-chain-total-time";

    private CrossOrigin() {}

    /** Headers for the answer; none without an origin, or if it is not allowed. */
    static Map<String, String> headers(SwiftApi swift, Caller caller, JobRequest request) {
        Map<String, String> headers = new LinkedHashMap<>();
        List<String> origin = request.header("Origin");
        // It goes into a request to Swift: what is no plain text stays here.
        if (origin.size() != 1
                || !origin.getFirst().matches("[!-~]{1,2048}")
                || request.target().container().isEmpty()) {
            return headers;
        }
        StorePath container =
                StorePath.container(request.target().account(), request.target().container());
        try (Reply reply = swift.head(caller, container, Map.of("Origin", origin.getFirst()))) {
            if (reply.header("Access-Control-Allow-Origin").isEmpty()) {
                return headers;
            }
            for (String name : PASSED) {
                if (!reply.header(name).isEmpty()) {
                    headers.put(name, reply.header(name));
                }
            }
            String exposed = reply.header(EXPOSE);
            headers.put(EXPOSE, exposed.isEmpty() ? OURS : exposed + ", " + OURS);
        } catch (IOException e) {
            // The job itself will say that Swift cannot be reached.
            return Map.of();
        }
        return headers;
    }
}
