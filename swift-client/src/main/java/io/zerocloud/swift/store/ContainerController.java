package io.zerocloud.swift.store;

import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Requests on {@code /v1/<account>/<container>}. */
final class ContainerController {
    static final String METHODS = "GET, HEAD, POST, PUT, DELETE, OPTIONS";

    /** What a container keeps beside X-Container-Meta-*; seen and set by owners only. */
    private static final Set<String> OWNER_HEADERS =
            caseInsensitive(
                    Site.READ_ACL,
                    Site.WRITE_ACL,
                    "X-Container-Sync-Key",
                    "X-Container-Sync-To",
                    "X-Container-Meta-Temp-Url-Key",
                    "X-Container-Meta-Temp-Url-Key-2");

    private final Site site;

    ContainerController(Site site) {
        this.site = site;
    }

    private static Set<String> caseInsensitive(String... names) {
        Set<String> set = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        set.addAll(Set.of(names));
        return set;
    }

    Response handle(Request request, SwiftPath path, Identity identity) throws IOException {
        if (request.isRead()) {
            return read(request, path, identity);
        }
        Authorizer.Grant grant =
                site.authorize(identity, request, request.method(), path, ContainerAcl.NOBODY);
        return switch (request.method()) {
            case "PUT" -> put(request, path, grant);
            case "POST" -> post(request, path, grant);
            case "DELETE" -> delete(path);
            default -> Response.of(HttpStatus.METHOD_NOT_ALLOWED).with("Allow", METHODS);
        };
    }

    private Response read(Request request, SwiftPath path, Identity identity) throws IOException {
        Optional<Catalog.Container> found =
                site.catalog().container(path.account(), path.container());
        Authorizer.Grant grant =
                site.authorize(
                        identity,
                        request,
                        request.method(),
                        path,
                        found.map(c -> c.acl(Site.READ_ACL)).orElse(ContainerAcl.NOBODY));
        ListingFormat format = ListingFormat.of(request);
        ListingQuery query = ListingQuery.of(request);
        if (found.isEmpty()) {
            return Response.of(HttpStatus.NOT_FOUND);
        }
        HeaderMap headers = headers(found.get(), grant).set("Content-Type", format.contentType());
        if (request.isHead()) {
            return Response.empty(HttpStatus.NO_CONTENT, headers);
        }
        return AccountController.listing(
                format,
                "container",
                path.container(),
                site.catalog().objects(found.get(), query),
                headers);
    }

    private static HeaderMap headers(Catalog.Container container, Authorizer.Grant grant) {
        HeaderMap headers =
                new HeaderMap()
                        .set("X-Container-Object-Count", Long.toString(container.objects()))
                        .set("X-Container-Bytes-Used", Long.toString(container.bytes()))
                        .set("X-Timestamp", Timestamps.format(container.createdTicks()))
                        .set(
                                "Last-Modified",
                                Timestamps.httpDate(
                                        Timestamps.roundedUpSeconds(container.putTicks())))
                        .set("X-Storage-Policy", StoreDirectory.POLICY_NAME)
                        .set("Accept-Ranges", "bytes")
                        .set("Vary", "Accept");
        container
                .metadata()
                .forEach(
                        (name, value) -> {
                            if (grant.owner() || !OWNER_HEADERS.contains(name)) {
                                headers.set(name, value);
                            }
                        });
        return headers;
    }

    private Response put(Request request, SwiftPath path, Authorizer.Grant grant)
            throws IOException {
        HeaderMap changes = changes(request, grant);
        int length = path.container().getBytes(java.nio.charset.StandardCharsets.UTF_8).length;
        if (length > Limits.MAX_CONTAINER_NAME_LENGTH) {
            return Response.html(
                    HttpStatus.BAD_REQUEST,
                    "Container name length of "
                            + length
                            + " longer than "
                            + Limits.MAX_CONTAINER_NAME_LENGTH);
        }
        Optional<String> policy = request.headers().nonEmpty("X-Storage-Policy");
        if (policy.isPresent() && !policy.get().equalsIgnoreCase(StoreDirectory.POLICY_NAME)) {
            throw RequestFailure.badRequest("Invalid X-Storage-Policy '" + policy.get() + "'");
        }
        boolean created =
                site.catalog()
                        .putContainer(
                                path,
                                site.clock().next(),
                                stored -> Metadata.merge(stored, changes, Metadata.Kind.CONTAINER));
        return Response.of(created ? HttpStatus.CREATED : HttpStatus.ACCEPTED);
    }

    private Response post(Request request, SwiftPath path, Authorizer.Grant grant)
            throws IOException {
        HeaderMap changes = changes(request, grant);
        boolean found =
                site.catalog()
                        .postContainer(
                                path,
                                site.clock().next(),
                                stored -> Metadata.merge(stored, changes, Metadata.Kind.CONTAINER));
        return Response.of(found ? HttpStatus.NO_CONTENT : HttpStatus.NOT_FOUND);
    }

    /** What a request sets; ACLs are checked even where it may not set them, as in Swift. */
    private static HeaderMap changes(Request request, Authorizer.Grant grant) {
        HeaderMap changes = Metadata.changes(request.headers(), Metadata.Kind.CONTAINER);
        for (String header : OWNER_HEADERS) {
            String removal = "X-Remove-" + header.substring(2);
            if (request.headers().has(removal)) {
                changes.set(header, "");
            }
            request.header(header)
                    .ifPresent(
                            value ->
                                    changes.set(
                                            header,
                                            header.equals(Site.READ_ACL)
                                                            || header.equals(Site.WRITE_ACL)
                                                    ? ContainerAcl.clean(header, value)
                                                    : value));
            if (!grant.owner()) {
                changes.remove(header);
            }
        }
        return changes;
    }

    private Response delete(SwiftPath path) throws IOException {
        return Response.of(
                switch (site.catalog().deleteContainer(path)) {
                    case DONE -> HttpStatus.NO_CONTENT;
                    case MISSING -> HttpStatus.NOT_FOUND;
                    case NOT_EMPTY -> HttpStatus.CONFLICT;
                });
    }
}
