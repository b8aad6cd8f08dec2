package io.zerocloud.swift.store;

import java.io.IOException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** Reading the segments of a large object with the rights of the one who reads the whole. */
final class SegmentAccess {
    private final Site site;
    private final Identity identity;
    private final Request request;
    private final Set<String> readable = new HashSet<>();

    SegmentAccess(Site site, Identity identity, Request request) {
        this.site = site;
        this.identity = identity;
        this.request = request;
    }

    /**
     * Opens a segment.
     *
     * @return nothing if there is none
     * @throws RequestFailure 401, 403 or 404 of the segment's container
     */
    Optional<ObjectView> open(SwiftPath path) throws IOException {
        if (!readable.contains(path.container())) {
            site.authorizeObject(identity, request, "GET", path);
            readable.add(path.container());
        }
        return site.objects().open(path);
    }

    /** The container whose listing makes up a dynamic large object, if it may be listed. */
    Catalog.Container listable(SwiftPath container) throws IOException {
        Optional<Catalog.Container> found =
                site.catalog().container(container.account(), container.container());
        site.authorize(
                identity,
                request,
                "GET",
                container,
                found.map(c -> c.acl(Site.READ_ACL)).orElse(ContainerAcl.NOBODY));
        return found.orElseThrow(() -> new RequestFailure(HttpStatus.NOT_FOUND));
    }
}
