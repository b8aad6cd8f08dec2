package io.zerocloud.swift.store;

import java.io.IOException;
import java.util.Iterator;
import java.util.Optional;

/** The segments of a large object one after the other, each opened when its turn comes. */
final class SegmentedContent implements Content {
    /** A segment is missing, or not what the manifest says. */
    static final class BrokenSegment extends IOException {
        private static final long serialVersionUID = 1;

        BrokenSegment(String what) {
            super(what);
        }
    }

    /** A piece of the whole. */
    interface Segment {
        /** Its bytes in the whole. */
        long length();

        /**
         * Writes the bytes {@code first} to {@code last}, both inclusive and relative to the
         * segment.
         */
        void writeTo(Response.Sink sink, long first, long last) throws IOException;

        /** Throws {@link BrokenSegment} if its first bytes cannot be read. */
        void requireReadable() throws IOException;
    }

    private final Iterable<Segment> segments;
    private final long length;

    /** {@code length} is the sum of the segments' lengths, or -1 if it is not known. */
    SegmentedContent(Iterable<Segment> segments, long length) {
        this.segments = segments;
        this.length = length;
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public void writeTo(Response.Sink sink) throws IOException {
        writeTo(sink, 0, Long.MAX_VALUE);
    }

    @Override
    public void writeTo(Response.Sink sink, long first, long last) throws IOException {
        long start = 0;
        for (Iterator<Segment> i = segments.iterator(); start <= last && i.hasNext(); ) {
            Segment segment = i.next();
            long end = start + segment.length() - 1;
            if (end >= first && segment.length() > 0) {
                segment.writeTo(sink, Math.max(0, first - start), Math.min(last, end) - start);
            }
            start = end + 1;
        }
    }

    /** Throws {@link BrokenSegment} if the segment that holds this byte cannot be read. */
    void requireReadable(long first) throws IOException {
        long start = 0;
        for (Segment segment : segments) {
            start += segment.length();
            if (start > first) {
                try {
                    segment.requireReadable();
                } catch (RequestFailure e) {
                    throw new BrokenSegment(String.valueOf(e.getMessage()));
                }
                return;
            }
        }
    }

    @Override
    public void close() {}

    /**
     * A segment that is an object.
     *
     * @param etag what it must have, if anything
     * @param size bytes that the object must have, -1 for any
     * @param first the segment's first byte in the object
     */
    record ObjectSegment(
            SegmentAccess access,
            SwiftPath path,
            Optional<String> etag,
            long size,
            long first,
            long length)
            implements Segment {
        private ObjectView open() throws IOException {
            ObjectView view =
                    access.open(path)
                            .orElseThrow(() -> new BrokenSegment(path.name() + " is missing"));
            boolean changed =
                    (etag.isPresent() && !etag.get().equals(view.etag()))
                            || (size >= 0 ? view.length() != size : view.length() < first + length);
            if (changed) {
                view.close();
                throw new BrokenSegment(path.name() + " has changed");
            }
            return view;
        }

        @Override
        public void writeTo(Response.Sink sink, long from, long to) throws IOException {
            try (ObjectView view = open()) {
                view.writeTo(sink, first + from, first + to);
            }
        }

        @Override
        public void requireReadable() throws IOException {
            open().close();
        }
    }

    /** A segment whose bytes stand in the manifest. */
    @SuppressWarnings("ArrayRecordComponent")
    record InlineSegment(byte[] bytes) implements Segment {
        @Override
        public long length() {
            return bytes.length;
        }

        @Override
        public void writeTo(Response.Sink sink, long from, long to) throws IOException {
            sink.write(bytes, (int) from, (int) (to - from + 1));
        }

        @Override
        public void requireReadable() {}
    }
}
