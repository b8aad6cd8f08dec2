package io.zerocloud.nvram;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The environment of a guest: the job's variables, overwritten by the request's (CGI), overwritten
 * by the attached object's ({@code LOCAL_*}). Sorted by name, so that equal jobs get equal text.
 */
public final class GuestEnvironment {
    /**
     * Never shown, whatever follows in the name: Swift's internals and the caller's credentials.
     */
    private static final List<String> HIDDEN_PREFIXES =
            List.of(
                    "x-account-sysmeta-",
                    "x-container-sysmeta-",
                    "x-object-sysmeta-",
                    "x-object-transient-sysmeta-",
                    "x-backend",
                    "x-auth",
                    "x-service-",
                    "x-storage-token",
                    "authorization",
                    "proxy",
                    "cookie",
                    "content-type",
                    "content-length");

    /** Names as other CGI servers take them: an underscore could disguise a hidden name. */
    private static final Pattern HEADER_NAME = Pattern.compile("[A-Za-z0-9-]{1,128}");

    private static final Set<String> ONLY_FROM_REQUEST = Set.of("REMOTE_USER");

    private GuestEnvironment() {}

    /**
     * Joins the three sources.
     *
     * @param job the session's own variables
     * @param cgi from {@link #cgi}
     * @param local from {@link #localRead} or {@link #localWrite}, or empty
     */
    public static SortedMap<String, String> join(
            Map<String, String> job, Map<String, String> cgi, Map<String, String> local) {
        TreeMap<String, String> joined = new TreeMap<>(job);
        joined.keySet().removeAll(ONLY_FROM_REQUEST);
        joined.putAll(cgi);
        joined.putAll(local);
        joined.values().removeIf(String::isEmpty);
        return joined;
    }

    /**
     * The request's variables.
     *
     * @param programName argv[0]
     * @param programUrl the executable's URL
     */
    public static SortedMap<String, String> cgi(
            RequestFacts request, String programName, String programUrl) {
        TreeMap<String, String> env = new TreeMap<>();
        request.headers().forEach((name, values) -> header(env, name, String.join(", ", values)));
        env.put("GATEWAY_INTERFACE", "CGI/1.1");
        env.put("SERVER_SOFTWARE", "zerocloud");
        env.put("SERVER_PROTOCOL", "HTTP/1.0");
        server(env, request.host());
        env.put("REQUEST_METHOD", request.method());
        env.put("PATH_INFO", request.pathInfo());
        env.put("REQUEST_URI", request.requestUri());
        env.put("QUERY_STRING", request.queryString());
        request.remoteUser().ifPresent(user -> env.put("REMOTE_USER", user));
        env.put("SCRIPT_NAME", programName);
        env.put("SCRIPT_FILENAME", programUrl);
        request.payloadType().ifPresent(type -> env.put("CONTENT_TYPE", type));
        request.payloadLength()
                .ifPresent(length -> env.put("CONTENT_LENGTH", Long.toString(length)));
        clean(env);
        return env;
    }

    /**
     * Variables about an attached object that is read.
     *
     * @param device its channel, {@code /dev/...}
     * @param path {@code /account/container[/object]}
     * @param contentType of the object; a container's is {@code application/octet-stream}
     * @param contentLength of the object, or of the database made of a container
     * @param etag or empty
     * @param timestamp {@code X-Timestamp} or empty
     * @param contentEncoding or empty
     * @param meta user metadata, names without prefix
     */
    public static SortedMap<String, String> localRead(
            String device,
            String path,
            String contentType,
            long contentLength,
            String etag,
            String timestamp,
            String contentEncoding,
            Map<String, String> meta) {
        SortedMap<String, String> env = localWrite(device, path, contentType, meta);
        env.put("LOCAL_CONTENT_LENGTH", Long.toString(contentLength));
        env.put("LOCAL_HTTP_ETAG", etag);
        env.put("LOCAL_HTTP_X_TIMESTAMP", timestamp);
        env.put("LOCAL_HTTP_CONTENT_ENCODING", contentEncoding);
        clean(env);
        return env;
    }

    /** Variables about an attached object that is written: what it will be. */
    public static SortedMap<String, String> localWrite(
            String device, String path, String contentType, Map<String, String> meta) {
        TreeMap<String, String> env = new TreeMap<>();
        env.put("LOCAL_OBJECT", "on");
        env.put("LOCAL_PATH_INFO", path);
        env.put("LOCAL_DOCUMENT_ROOT", device);
        env.put("LOCAL_CONTENT_TYPE", contentType);
        meta.forEach((name, value) -> env.put("LOCAL_HTTP_X_OBJECT_META_" + word(name), value));
        clean(env);
        return env;
    }

    private static void header(Map<String, String> env, String name, String value) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (HEADER_NAME.matcher(name).matches()
                && HIDDEN_PREFIXES.stream().noneMatch(lower::startsWith)) {
            env.merge("HTTP_" + word(name), value, (a, b) -> a + ", " + b);
        }
    }

    private static void server(Map<String, String> env, String host) {
        int colon = host.lastIndexOf(':');
        boolean bracketed = host.startsWith("[");
        boolean port = colon > host.lastIndexOf(']') && (bracketed || host.indexOf(':') == colon);
        env.put("SERVER_NAME", port ? host.substring(0, colon) : host);
        env.put(
                "SERVER_PORT",
                port && colon + 1 < host.length() ? host.substring(colon + 1) : "80");
    }

    private static String word(String name) {
        return name.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9_]", "_");
    }

    /** A variable without a value is left out, and NUL would end it inside the guest. */
    private static void clean(SortedMap<String, String> env) {
        env.values().removeIf(String::isEmpty);
        env.replaceAll((name, value) -> value.replace("\0", ""));
    }
}
