package io.zerocloud.swift.store;

import java.io.IOException;
import java.util.Optional;
import java.util.Set;

/** Takes a request to what answers it, in the order of Swift's pipeline. */
final class Router implements HttpFront.Handler {
    private static final Set<String> METHODS =
            Set.of("GET", "HEAD", "PUT", "POST", "DELETE", "COPY", "OPTIONS");
    private static final Set<String> VERSIONS = Set.of("v1", "v1.0");

    private final TempAuth auth;
    private final Site site;
    private final AccountController accounts;
    private final ContainerController containers;
    private final ObjectController objects;

    Router(TempAuth auth, Site site) {
        this.auth = auth;
        this.site = site;
        accounts = new AccountController(site);
        containers = new ContainerController(site);
        objects = new ObjectController(site);
    }

    @Override
    public Response handle(Request request) throws IOException {
        String path = request.target().path();
        if (path.equals("/healthcheck") && request.isRead()) {
            return Response.plain(HttpStatus.OK, "OK");
        }
        if (path.startsWith("/auth/")) {
            return auth.authenticate(request);
        }
        Identity identity = auth.identify(request);
        if (path.equals("/info")) {
            return Capabilities.response(request);
        }
        if (!request.target().utf8()) {
            return Response.html(HttpStatus.PRECONDITION_FAILED, "Invalid UTF8 or contains NULL");
        }
        Optional<SwiftPath> swiftPath = SwiftPath.parse(path);
        if (swiftPath.isEmpty()) {
            return Response.of(HttpStatus.NOT_FOUND);
        }
        if (!VERSIONS.contains(path.substring(1, path.indexOf('/', 1)))) {
            return Response.of(HttpStatus.BAD_REQUEST);
        }
        return handle(request, swiftPath.get(), identity);
    }

    private Response handle(Request request, SwiftPath path, Identity identity) throws IOException {
        String methods =
                path.isObject()
                        ? ObjectController.METHODS
                        : path.isContainer()
                                ? ContainerController.METHODS
                                : AccountController.METHODS;
        if (!METHODS.contains(request.method())) {
            return Response.of(HttpStatus.METHOD_NOT_ALLOWED).with("Allow", methods);
        }
        Optional<Catalog.Container> container =
                request.headers().has("Origin")
                        ? site.catalog().container(path.account(), path.container())
                        : Optional.empty();
        if (request.method().equals("OPTIONS")) {
            return Cors.preflight(request, container, methods);
        }
        Response response = dispatch(request, path, identity);
        Cors.expose(request, container, response);
        return response;
    }

    private Response dispatch(Request request, SwiftPath path, Identity identity)
            throws IOException {
        if (path.isObject()) {
            return objects.handle(request, path, identity);
        }
        return path.isContainer()
                ? containers.handle(request, path, identity)
                : accounts.handle(request, path, identity);
    }
}
