package io.zerocloud.swift.store;

import java.io.IOException;

/** The bytes that a reader of an object sees: a file's, or those of a large object's segments. */
interface Content extends AutoCloseable {
    /** Their number, or -1 where a listing too long to be counted makes them up. */
    long length();

    /**
     * Writes the bytes {@code first} to {@code last}, both inclusive, of a content of known length.
     */
    void writeTo(Response.Sink sink, long first, long last) throws IOException;

    /** Writes all bytes. */
    default void writeTo(Response.Sink sink) throws IOException {
        writeTo(sink, 0, length() - 1);
    }

    @Override
    void close();

    /** The file of an object, which is closed with it. */
    static Content of(ObjectView view) {
        return new Content() {
            @Override
            public long length() {
                return view.length();
            }

            @Override
            public void writeTo(Response.Sink sink, long first, long last) throws IOException {
                view.writeTo(sink, first, last);
            }

            @Override
            public void close() {
                view.close();
            }
        };
    }

    /** Bytes at hand. */
    static Content of(byte[] bytes) {
        return new Content() {
            @Override
            public long length() {
                return bytes.length;
            }

            @Override
            public void writeTo(Response.Sink sink, long first, long last) throws IOException {
                sink.write(bytes, (int) first, (int) (last - first + 1));
            }

            @Override
            public void close() {}
        };
    }
}
