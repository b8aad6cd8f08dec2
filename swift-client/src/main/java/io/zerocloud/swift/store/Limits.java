package io.zerocloud.swift.store;

/**
 * Swift's default constraints (constraints.py), which {@code /info} publishes and the store
 * enforces.
 */
final class Limits {
    static final long MAX_FILE_SIZE = 5L * 1024 * 1024 * 1024 + 2;
    static final int MAX_META_NAME_LENGTH = 128;
    static final int MAX_META_VALUE_LENGTH = 256;
    static final int MAX_META_COUNT = 90;
    static final int MAX_META_OVERALL_SIZE = 4096;
    static final int MAX_HEADER_SIZE = 8192;
    static final int MAX_OBJECT_NAME_LENGTH = 1024;
    static final int LISTING_LIMIT = 10_000;
    static final int MAX_ACCOUNT_NAME_LENGTH = 256;
    static final int MAX_CONTAINER_NAME_LENGTH = 256;
    static final int MAX_HEADER_COUNT = MAX_META_COUNT + 36;

    static final int MAX_MANIFEST_SEGMENTS = 1000;
    static final int MAX_MANIFEST_SIZE = 8 * 1024 * 1024;
    static final int MAX_SLO_DEPTH = 10;

    /**
     * Of a request line: names of 1024 + 256 + 256 bytes, every byte percent-encoded, and a query.
     */
    static final int MAX_REQUEST_LINE = 8192;

    /** Of all headers of a request together. */
    static final int MAX_HEADERS_BYTES = 128 * 1024;

    /** Requests at work at once; what comes above is told to come again. */
    static final int MAX_CONCURRENT_REQUESTS = 1024;

    /** What is read and thrown away of a body that an error answer leaves unread. */
    static final int MAX_DISCARDED_BODY = 64 * 1024;

    private Limits() {}
}
