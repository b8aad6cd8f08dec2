package io.zerocloud.swift.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * Dynamic large objects: X-Object-Manifest names a container and a prefix, and the content is that
 * of all objects whose names begin so, in the order of the listing.
 */
final class DynamicLargeObjects {
    /**
     * A dynamic large object as it is now.
     *
     * @param etag none where the listing is longer than a page
     */
    record Assembled(SegmentedContent content, Optional<String> etag) {}

    private final Site site;

    DynamicLargeObjects(Site site) {
        this.site = site;
    }

    /**
     * Checks the header of a PUT.
     *
     * @throws RequestFailure 400 naming the format
     */
    static void check(String header) {
        String value = Target.decodePath(header);
        int slash = value.indexOf('/');
        String prefix = slash < 0 ? "" : value.substring(slash + 1);
        if (slash < 1
                || prefix.isEmpty()
                || prefix.startsWith("/")
                || header.contains("?")
                || header.contains("&")) {
            throw RequestFailure.badRequest(
                    "X-Object-Manifest must be in the format container/prefix");
        }
    }

    Assembled assemble(String header, String account, SegmentAccess access) throws IOException {
        String value = Target.decodePath(header);
        int slash = value.indexOf('/');
        SwiftPath source = SwiftPath.ofContainer(account, value.substring(0, Math.max(0, slash)));
        Catalog.Container container = access.listable(source);
        Pages pages = new Pages(container, source, value.substring(slash + 1), access);
        List<Listed> firstPage = pages.page("");
        if (firstPage.size() == Limits.LISTING_LIMIT) {
            return new Assembled(new SegmentedContent(pages, -1), Optional.empty());
        }
        long length = firstPage.stream().mapToLong(row -> ((Listed.ObjectRow) row).bytes()).sum();
        return new Assembled(new SegmentedContent(pages, length), Optional.of(etag(firstPage)));
    }

    private static String etag(List<Listed> rows) {
        try {
            MessageDigest md5 = MessageDigest.getInstance("MD5");
            for (Listed row : rows) {
                md5.update(((Listed.ObjectRow) row).etag().getBytes(StandardCharsets.US_ASCII));
            }
            return HexFormat.of().formatHex(md5.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has MD5", e);
        }
    }

    /** The listing, a page at a time. */
    private final class Pages implements Iterable<SegmentedContent.Segment> {
        private final Catalog.Container container;
        private final SwiftPath source;
        private final String prefix;
        private final SegmentAccess access;

        Pages(Catalog.Container container, SwiftPath source, String prefix, SegmentAccess access) {
            this.container = container;
            this.source = source;
            this.prefix = prefix;
            this.access = access;
        }

        List<Listed> page(String marker) throws IOException {
            return site.catalog()
                    .objects(
                            container,
                            new ListingQuery(
                                    Limits.LISTING_LIMIT,
                                    marker,
                                    "",
                                    prefix,
                                    "",
                                    Optional.empty(),
                                    false));
        }

        @Override
        public Iterator<SegmentedContent.Segment> iterator() {
            return new Iterator<>() {
                private List<Listed> rows = load("");
                private int next;

                private List<Listed> load(String marker) {
                    try {
                        return page(marker);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }

                @Override
                public boolean hasNext() {
                    if (next == rows.size() && rows.size() == Limits.LISTING_LIMIT) {
                        rows = load(rows.getLast().name());
                        next = 0;
                    }
                    return next < rows.size();
                }

                @Override
                public SegmentedContent.Segment next() {
                    if (!hasNext()) {
                        throw new NoSuchElementException();
                    }
                    return segment((Listed.ObjectRow) rows.get(next++));
                }
            };
        }

        private SegmentedContent.Segment segment(Listed.ObjectRow row) {
            // Names decide what belongs to it, so a segment that has been replaced since is no
            // error as
            // long as it has the bytes that were announced.
            return new SegmentedContent.ObjectSegment(
                    access,
                    new SwiftPath(source.account(), source.container(), row.name()),
                    Optional.empty(),
                    -1,
                    0,
                    row.bytes());
        }
    }
}
