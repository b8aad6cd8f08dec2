package io.zerocloud.nvram;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a guest may know about the request that runs it.
 *
 * @param method the client's method
 * @param pathInfo {@code /<account>} for a job in the body and for chained jobs; else the URL's
 *     path, decoded, without its version
 * @param requestUri raw path with version and query
 * @param queryString raw, may be empty
 * @param remoteUser the authentication system's name of the caller; absent for anonymous
 * @param host the Host header, may be empty
 * @param headers all of the client's headers; {@link GuestEnvironment} leaves out what guests must
 *     not see
 * @param payloadType type of the payload, if there is one
 * @param payloadLength length of the payload, if known
 */
public record RequestFacts(
        String method,
        String pathInfo,
        String requestUri,
        String queryString,
        Optional<String> remoteUser,
        String host,
        Map<String, List<String>> headers,
        Optional<String> payloadType,
        OptionalLong payloadLength) {
    public RequestFacts {
        headers = Map.copyOf(headers);
    }
}
