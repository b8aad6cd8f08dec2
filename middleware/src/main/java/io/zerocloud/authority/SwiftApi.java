package io.zerocloud.authority;

import io.zerocloud.job.StorePath;
import io.zerocloud.stream.BlockingHttp;
import io.zerocloud.stream.BlockingHttp.Call;
import io.zerocloud.stream.BlockingHttp.Reply;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Swift's object API with a caller's token; blocking, for virtual threads.
 *
 * <p>Not swift-client's {@code SwiftAccount}, on purpose. That one belongs to one user and account,
 * repeats what fails and resumes what breaks off, and hands out event-loop streams: what a program
 * that talks to Swift for itself wants. Here every call has another caller, whose answer, 401 and
 * 503 included, is the authorisation and is passed on as it is; a pinned read must fail rather than
 * be resumed; bodies go between blocking sandbox channels and the network; and the same few lines
 * of {@link BlockingHttp} also carry the calls to agents, so they cost no second client.
 */
public final class SwiftApi {
    private final BlockingHttp http;

    /**
     * @param http a client of the Swift proxy; stays the caller's
     */
    public SwiftApi(BlockingHttp http) {
        this.http = http;
    }

    /** {@code HEAD} of an object or container. */
    public Reply head(Caller caller, StorePath path) throws IOException {
        return http.send(Call.to("HEAD", target(path)).headers(caller.headers()));
    }

    /**
     * {@code GET} of an object.
     *
     * @param etag what it must be, or empty; another version is answered 412
     */
    public Reply get(Caller caller, StorePath path, String etag) throws IOException {
        Call call = Call.to("GET", target(path)).headers(caller.headers());
        if (!etag.isEmpty()) {
            call.header("If-Match", '"' + etag + '"');
        }
        return http.send(call);
    }

    /** Where the list-endpoints middleware says that replicas lie; 404 or so without it. */
    public Reply endpoints(Caller caller, StorePath path) throws IOException {
        // It answers anybody, so the token stays here.
        return http.send(
                Call.to("GET", "/endpoints/v2" + target(path).substring("/v1".length()))
                        .header("X-Trans-Id-Extra", caller.transaction()));
    }

    /** {@code PUT} of an object; the headers are the object's own. */
    public Reply put(
            Caller caller,
            StorePath path,
            Map<String, String> headers,
            InputStream body,
            long length)
            throws IOException {
        return http.send(
                Call.to("PUT", target(path))
                        .headers(caller.headers())
                        .headers(headers)
                        .body(body, length));
    }

    /** {@code PUT} of a container; 201 or 202. */
    public Reply putContainer(Caller caller, StorePath container) throws IOException {
        return putContainer(caller, container, Map.of());
    }

    Reply putContainer(Caller caller, StorePath container, Map<String, String> headers)
            throws IOException {
        return http.send(
                Call.to("PUT", target(container)).headers(caller.headers()).headers(headers));
    }

    /** {@code HEAD} with more headers, such as {@code Origin}. */
    public Reply head(Caller caller, StorePath path, Map<String, String> headers)
            throws IOException {
        return http.send(Call.to("HEAD", target(path)).headers(caller.headers()).headers(headers));
    }

    /**
     * The first bytes of an object, or all there are.
     *
     * @param count how many at most
     */
    public Reply getFirst(Caller caller, StorePath path, int count) throws IOException {
        return http.send(
                Call.to("GET", target(path))
                        .headers(caller.headers())
                        .header("Range", "bytes=0-" + (count - 1)));
    }

    /** An empty {@code POST}. */
    Reply post(Caller caller, StorePath path) throws IOException {
        return http.send(Call.to("POST", target(path)).headers(caller.headers()));
    }

    /** A page of a listing, as JSON. */
    Reply list(Caller caller, String account, String container, String prefix, String marker)
            throws IOException {
        String target =
                "/v1/"
                        + encode(account)
                        + (container.isEmpty() ? "" : "/" + encode(container))
                        + "?format=json"
                        + (prefix.isEmpty() ? "" : "&prefix=" + encode(prefix))
                        + (marker.isEmpty() ? "" : "&marker=" + encode(marker));
        return http.send(Call.to("GET", target).headers(caller.headers()));
    }

    private static String target(StorePath path) {
        return "/v1/"
                + encode(path.account())
                + "/"
                + encode(path.container())
                + (path.isContainer() ? "" : "/" + encode(path.object()).replace("%2F", "/"));
    }

    /** Percent-encodes everything but unreserved characters (RFC 3986). */
    static String encode(String text) {
        StringBuilder out = new StringBuilder(text.length() + 16);
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            if ((c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || c == '-'
                    || c == '.'
                    || c == '_'
                    || c == '~') {
                out.append(c);
            } else {
                out.append('%').append(HEX[c >> 4]).append(HEX[c & 15]);
            }
        }
        return out.toString();
    }

    private static final char[] HEX = "0123456789ABCDEF".toCharArray();
}
