package io.zerocloud.swift.store;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** Cross-origin requests, as a container's X-Container-Meta-Access-Control-* allow them. */
final class Cors {
    private static final String PREFIX = "X-Container-Meta-Access-Control-";
    private static final List<String> EXPOSED =
            List.of(
                    "cache-control",
                    "content-language",
                    "content-type",
                    "expires",
                    "last-modified",
                    "pragma",
                    "etag",
                    "x-timestamp",
                    "x-trans-id",
                    "x-openstack-request-id");

    private Cors() {}

    private static boolean allows(Optional<Catalog.Container> container, String origin) {
        return Arrays.stream(setting(container, "Allow-Origin").split("\\s+"))
                .anyMatch(allowed -> allowed.equals("*") || allowed.equals(origin));
    }

    private static String setting(Optional<Catalog.Container> container, String name) {
        return container.flatMap(c -> c.metadata().get(PREFIX + name)).orElse("").strip();
    }

    /** Answers OPTIONS; {@code methods} is the value of Allow. */
    static Response preflight(
            Request request, Optional<Catalog.Container> container, String methods) {
        Response response = Response.html(HttpStatus.OK, "").with("Allow", methods);
        Optional<String> origin = request.headers().nonEmpty("Origin");
        if (origin.isEmpty()) {
            return response;
        }
        String method = request.header("Access-Control-Request-Method").orElse("");
        if (!allows(container, origin.get()) || !List.of(methods.split(", ")).contains(method)) {
            return Response.of(HttpStatus.UNAUTHORIZED).with("Allow", methods);
        }
        allowOrigin(response.headers(), container, origin.get());
        response.with("Access-Control-Allow-Methods", methods);
        String maxAge = setting(container, "Max-Age");
        if (!maxAge.isEmpty()) {
            response.with("Access-Control-Max-Age", maxAge);
        }
        request.headers()
                .nonEmpty("Access-Control-Request-Headers")
                .ifPresent(headers -> response.with("Access-Control-Allow-Headers", headers));
        return response;
    }

    private static void allowOrigin(
            HeaderMap headers, Optional<Catalog.Container> container, String origin) {
        if (setting(container, "Allow-Origin").equals("*")) {
            headers.set("Access-Control-Allow-Origin", "*");
        } else {
            headers.set("Access-Control-Allow-Origin", origin).add("Vary", "Origin");
        }
    }

    /** Adds to an answer what lets a page of the request's origin read it. */
    static void expose(Request request, Optional<Catalog.Container> container, Response response) {
        Optional<String> origin = request.headers().nonEmpty("Origin");
        if (origin.isEmpty() || !allows(container, origin.get())) {
            return;
        }
        TreeSet<String> exposed = new TreeSet<>(EXPOSED);
        response.headers()
                .forEach(
                        (name, value) -> {
                            if (Metadata.Kind.CONTAINER.owns(name)
                                    || Metadata.Kind.OBJECT.owns(name)) {
                                exposed.add(name.toLowerCase(java.util.Locale.ROOT));
                            }
                        });
        for (String name : setting(container, "Expose-Headers").split("\\s+")) {
            if (!name.isEmpty()) {
                exposed.add(name.toLowerCase(java.util.Locale.ROOT));
            }
        }
        response.with("Access-Control-Expose-Headers", String.join(", ", exposed));
        allowOrigin(response.headers(), container, origin.get());
    }
}
