package io.zerocloud.swift.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.zerocloud.swift.ObjectPath;
import io.zerocloud.swift.auth.TokenSource;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The operations on one account with one kind of authority. Every method fails with {@link
 * SwiftException} for any status but those it names, and repeats itself where that is harmless.
 *
 * <p>Names are Unicode, not encoded. Header values are as Vert.x has them, a character a byte;
 * {@link io.zerocloud.swift.HeaderText} makes them of Unicode.
 */
public final class SwiftAccount {
    private static final JsonMapper JSON = new JsonMapper();

    /**
     * 10 000 names of 1024 bytes, every one of them escaped six-fold, with the rest of the lines.
     */
    private static final int LISTING_LIMIT = 96 << 20;

    private static final MultiMap NO_HEADERS = MultiMap.caseInsensitiveMultiMap();

    private final SwiftClient client;
    private final URI storageUrl;
    private final TokenSource tokens;
    private final MultiMap common;

    SwiftAccount(SwiftClient client, URI storageUrl, TokenSource tokens) {
        this(client, storageUrl, tokens, NO_HEADERS);
    }

    private SwiftAccount(SwiftClient client, URI storageUrl, TokenSource tokens, MultiMap common) {
        this.client = client;
        this.storageUrl = storageUrl;
        this.tokens = tokens;
        this.common = common;
    }

    /** The same with a header on every request, such as the caller's Referer. */
    public SwiftAccount withHeader(String name, String value) {
        return new SwiftAccount(
                client,
                storageUrl,
                tokens,
                MultiMap.caseInsensitiveMultiMap().addAll(common).set(name, value));
    }

    public URI storageUrl() {
        return storageUrl;
    }

    // ---- account and containers -------------------------------------------------------------

    public Future<AccountInfo> head() {
        return simple(HttpMethod.HEAD, "", NO_HEADERS).map(r -> AccountInfo.of(r.headers()));
    }

    /** Sets or, with empty values, removes metadata. */
    public Future<Void> post(MultiMap headers) {
        return simple(HttpMethod.POST, "", headers).mapEmpty();
    }

    /** The account's containers: {@link ListingEntry.ContainerEntry} and subdirectories. */
    public Listing containers(ListingQuery query) {
        return new Listing(query, q -> page("?" + q.encoded()));
    }

    public Future<ContainerInfo> headContainer(String container) {
        return simple(HttpMethod.HEAD, target(container), NO_HEADERS)
                .map(r -> ContainerInfo.of(r.headers()));
    }

    /** Creates the container or updates its metadata. */
    public Future<Void> putContainer(String container, MultiMap headers) {
        return simple(HttpMethod.PUT, target(container), headers).mapEmpty();
    }

    public Future<Void> postContainer(String container, MultiMap headers) {
        return simple(HttpMethod.POST, target(container), headers).mapEmpty();
    }

    /** Fails with 409 unless it is empty, with 404 if there is none. */
    public Future<Void> deleteContainer(String container) {
        return once(HttpMethod.DELETE, target(container), NO_HEADERS).mapEmpty();
    }

    /** The container's objects: {@link ListingEntry.ObjectEntry} and subdirectories. */
    public Listing objects(String container, ListingQuery query) {
        return new Listing(query, q -> page(target(container) + '?' + q.encoded()));
    }

    // ---- objects ----------------------------------------------------------------------------

    /** Fails with 404, with 304 or 412 by conditions. */
    public Future<ObjectInfo> headObject(String container, String object, ReadOptions options) {
        return simple(
                        HttpMethod.HEAD,
                        target(container, object) + query(options),
                        options.allHeaders())
                .map(r -> ObjectInfo.of(r.status(), r.headers()));
    }

    public Future<ObjectInfo> headObject(String container, String object) {
        return headObject(container, object, ReadOptions.none());
    }

    /** Fails with 404, with 304, 412 or 416 by conditions and range. */
    public Future<Download> getObject(String container, String object, ReadOptions options) {
        String target = target(container, object) + query(options);
        return client.retrying(
                        () -> opened(HttpMethod.GET, target, options.allHeaders()), () -> true)
                .map(response -> download(target, options, response));
    }

    public Future<Download> getObject(String container, String object) {
        return getObject(container, object, ReadOptions.none());
    }

    /**
     * Stores an object.
     *
     * @param headers Content-Type, X-Object-Meta-*, ETag (then Swift checks it, 422),
     *     If-None-Match, X-Delete-After, ...
     */
    public Future<Stored> putObject(
            String container, String object, RequestBody body, MultiMap headers) {
        return put(target(container, object), body, headers);
    }

    public Future<Stored> putObject(String container, String object, RequestBody body) {
        return putObject(container, object, body, NO_HEADERS);
    }

    /** Replaces the object's metadata: what is not given is gone. */
    public Future<Void> postObject(String container, String object, MultiMap headers) {
        return simple(HttpMethod.POST, target(container, object), headers).mapEmpty();
    }

    /** Fails with 404 if there is none. */
    public Future<Void> deleteObject(String container, String object) {
        return once(HttpMethod.DELETE, target(container, object), NO_HEADERS).mapEmpty();
    }

    /** Deletes a static large object and its segments. */
    public Future<Void> deleteStaticLargeObject(String container, String object) {
        String target = target(container, object) + "?multipart-manifest=delete";
        return authorised(
                        HttpMethod.DELETE,
                        target,
                        RequestBody.EMPTY,
                        with("Accept", "application/json"))
                .compose(
                        response ->
                                response.status() / 100 != 2
                                        ? response.fail()
                                        : response.body(16 << 20)
                                                .compose(text -> deleted(response, text)));
    }

    /** Copies within Swift; {@code headers} change the copy's metadata. */
    public Future<Stored> copyObject(
            String container, String object, ObjectPath destination, MultiMap headers) {
        MultiMap all =
                MultiMap.caseInsensitiveMultiMap()
                        .addAll(headers)
                        .set(
                                "Destination",
                                PathEncoding.segment(destination.container())
                                        + '/'
                                        + PathEncoding.path(destination.object()))
                        .set("Destination-Account", PathEncoding.segment(destination.account()));
        return simple(HttpMethod.valueOf("COPY"), target(container, object), all)
                .map(SwiftAccount::stored);
    }

    /** Joins stored segments to one object, in the order given. */
    public Future<Stored> putStaticLargeObject(
            String container, String object, List<Segment> segments, MultiMap headers) {
        ArrayNode manifest = JSON.createArrayNode();
        for (Segment segment : segments) {
            ObjectNode node = manifest.addObject();
            node.put("path", '/' + segment.path().container() + '/' + segment.path().object());
            segment.etag().ifPresent(etag -> node.put("etag", etag));
            segment.bytes().ifPresent(bytes -> node.put("size_bytes", bytes));
            segment.range().ifPresent(range -> node.put("range", range));
        }
        return put(
                target(container, object) + "?multipart-manifest=put",
                RequestBody.of(Buffer.buffer(manifest.toString())),
                headers);
    }

    /** Makes an object of whatever objects have names that begin so, in the order of names. */
    public Future<Stored> putDynamicLargeObject(
            String container,
            String object,
            String segmentContainer,
            String segmentPrefix,
            MultiMap headers) {
        MultiMap all =
                MultiMap.caseInsensitiveMultiMap()
                        .addAll(headers)
                        .set(
                                "X-Object-Manifest",
                                PathEncoding.segment(segmentContainer)
                                        + '/'
                                        + PathEncoding.path(segmentPrefix));
        return put(target(container, object), RequestBody.EMPTY, all);
    }

    // ---- below the operations ---------------------------------------------------------------

    /**
     * One request under this account with its token and headers, sent once, answered whatever the
     * status: for what has no method here, authorisation probes first of all.
     *
     * @param relative what follows the storage URL, encoded: empty, {@code ?...} or {@code
     *     /c/o?...}
     */
    public Future<SwiftResponse> request(
            HttpMethod method, String relative, RequestBody body, MultiMap headers) {
        return tokens.token()
                .recover(e -> Future.failedFuture(noToken(method, relative, e)))
                .compose(token -> client.send(request(method, relative, body, headers, token)));
    }

    private Future<Stored> put(String target, RequestBody body, MultiMap headers) {
        // A stream can be sent once; Swift's PUT may be repeated as long as it was not begun.
        AtomicBoolean begun = new AtomicBoolean();
        RequestBody sent =
                body instanceof RequestBody.Stream(var stream, var length)
                        ? new RequestBody.Stream(new NotedStream(stream, begun), length)
                        : body;
        return client.retrying(
                        () ->
                                authorised(HttpMethod.PUT, target, sent, headers)
                                        .compose(SwiftAccount::successful),
                        () -> !begun.get())
                .map(SwiftAccount::stored);
    }

    private Future<SwiftResponse> simple(HttpMethod method, String target, MultiMap headers) {
        return client.retrying(() -> once(method, target, headers), () -> true);
    }

    private Future<SwiftResponse> once(HttpMethod method, String target, MultiMap headers) {
        return authorised(method, target, RequestBody.EMPTY, headers)
                .compose(SwiftAccount::successful);
    }

    private Future<SwiftResponse> opened(HttpMethod method, String target, MultiMap headers) {
        return authorised(method, target, RequestBody.EMPTY, headers)
                .compose(
                        response ->
                                response.status() / 100 == 2
                                        ? Future.succeededFuture(response)
                                        : response.fail());
    }

    /** Sends with the token, and once more with a new one if that was refused. */
    private Future<SwiftResponse> authorised(
            HttpMethod method, String target, RequestBody body, MultiMap headers) {
        return tokens.token()
                .recover(e -> Future.failedFuture(noToken(method, target, e)))
                .compose(
                        token ->
                                client.send(request(method, target, body, headers, token))
                                        .compose(
                                                response ->
                                                        response.status() != 401 || isBegun(body)
                                                                ? Future.succeededFuture(response)
                                                                : renewed(
                                                                        response,
                                                                        token,
                                                                        fresh ->
                                                                                request(
                                                                                        method,
                                                                                        target,
                                                                                        body,
                                                                                        headers,
                                                                                        fresh))));
    }

    private Future<SwiftResponse> renewed(
            SwiftResponse refusal,
            String token,
            java.util.function.Function<String, SwiftRequest> again) {
        return tokens.renew(token)
                .map(Optional::of)
                .otherwise(Optional.empty())
                .compose(
                        fresh ->
                                fresh.isEmpty()
                                        ? Future.succeededFuture(refusal)
                                        : refusal.discard()
                                                .compose(
                                                        v ->
                                                                client.send(
                                                                        again.apply(fresh.get()))));
    }

    private static boolean isBegun(RequestBody body) {
        return body instanceof RequestBody.Stream(NotedStream noted, var length) && noted.isBegun();
    }

    private Future<List<ListingEntry>> page(String target) {
        return client.retrying(
                () ->
                        opened(HttpMethod.GET, target, with("Accept", "application/json"))
                                .compose(
                                        response ->
                                                response.body(LISTING_LIMIT)
                                                        .compose(text -> entries(response, text))),
                () -> true);
    }

    private static Future<List<ListingEntry>> entries(SwiftResponse response, Buffer text) {
        if (response.status() == 204) {
            return Future.succeededFuture(List.of());
        }
        try {
            List<ListingEntry> entries = new ArrayList<>();
            for (JsonNode node : JSON.readTree(text.getBytes())) {
                entries.add(ListingEntry.read(node));
            }
            return Future.succeededFuture(entries);
        } catch (JsonProcessingException e) {
            return Future.failedFuture(
                    new SwiftException(
                            response.action(), "no JSON listing: " + e.getOriginalMessage(), e));
        } catch (IOException e) {
            return Future.failedFuture(e);
        }
    }

    /** The bulk answer says 200 before it knows; the body has the real status. */
    private static Future<Void> deleted(SwiftResponse response, Buffer text) {
        String status;
        try {
            status = JSON.readTree(text.getBytes()).path("Response Status").asText();
        } catch (IOException e) {
            status = "";
        }
        return status.startsWith("200")
                ? Future.succeededFuture()
                : Future.failedFuture(
                        new SwiftException(response.action(), "not all deleted: " + status, null));
    }

    private Download download(String target, ReadOptions options, SwiftResponse response) {
        ObjectInfo info = ObjectInfo.of(response.status(), response.headers());
        Optional<ContentRange> part =
                response.status() == 206
                        ? ContentRange.parse(response.headers().get("Content-Range"))
                        : Optional.empty();
        long first = part.map(ContentRange::first).orElse(0L);
        long end = part.map(p -> p.last() + 1).or(info::length).orElse(-1L);
        ResumingBody body =
                new ResumingBody(
                        client.vertx(),
                        client.options(),
                        response,
                        first,
                        end,
                        info.etag().isPresent(),
                        from -> rest(target, options, info, from, end));
        return new Download(
                info, new Download.Extent(first, end < 0 ? -1 : end - first), body, body::cancel);
    }

    /** The bytes from {@code from} on of the version that {@code info} is about. */
    private Future<SwiftResponse> rest(
            String target, ReadOptions options, ObjectInfo info, long from, long end) {
        MultiMap headers =
                options.withRange(new ByteRange.Between(from, end - 1))
                        .ifMatch(info.etag().orElseThrow())
                        .allHeaders();
        return opened(HttpMethod.GET, target, headers)
                .compose(
                        response ->
                                ContentRange.parse(response.headers().get("Content-Range"))
                                                .filter(part -> part.first() == from)
                                                .isPresent()
                                        ? Future.succeededFuture(response)
                                        : Future.failedFuture(
                                                new SwiftException(
                                                        response.action(),
                                                        "no bytes from " + from + " on",
                                                        null)));
    }

    private SwiftRequest request(
            HttpMethod method, String relative, RequestBody body, MultiMap headers, String token) {
        return SwiftRequest.of(method, storageUrl, storageUrl.getRawPath() + relative)
                .withHeaders(common)
                .withHeaders(headers)
                .withHeader("X-Auth-Token", token)
                .withBody(body);
    }

    private SwiftException noToken(HttpMethod method, String relative, Throwable e) {
        String action =
                SwiftRequest.of(method, storageUrl, storageUrl.getRawPath() + relative).action();
        return new SwiftException(action, "no token: " + e.getMessage(), e);
    }

    private static Future<SwiftResponse> successful(SwiftResponse response) {
        return response.status() / 100 == 2 ? response.discard().map(response) : response.fail();
    }

    private static Stored stored(SwiftResponse response) {
        return new Stored(
                response.header("Etag").map(ObjectInfo::unquoted),
                response.transactionId(),
                response.headers());
    }

    private static MultiMap with(String name, String value) {
        return MultiMap.caseInsensitiveMultiMap().set(name, value);
    }

    private static String target(String container) {
        return '/' + PathEncoding.segment(container);
    }

    private static String target(String container, String object) {
        return target(container) + '/' + PathEncoding.path(object);
    }

    private static String query(ReadOptions options) {
        return options.query().map(q -> '?' + q).orElse("");
    }
}
