package io.zerocloud.swift.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * An answer before it is sent: status, headers, body.
 *
 * @param headers with Content-Type where there is a body; Content-Length comes from the body
 */
record Response(HttpStatus status, HeaderMap headers, Body body) {
    /** What follows the headers. */
    sealed interface Body {
        /** Bytes at hand; nobody changes them after they are here. */
        @SuppressWarnings("ArrayRecordComponent")
        record Bytes(byte[] bytes) implements Body {}

        /**
         * Bytes that are produced while they are sent. Whoever sends it, or does not after all,
         * closes it exactly once.
         *
         * @param length their number, or -1 if it is not known before
         */
        record Stream(long length, Producer producer) implements Body {}
    }

    /** Writes a body, blocking where the sink does. */
    interface Producer extends AutoCloseable {
        /** Writes all bytes; an exception cuts the answer short. */
        void writeTo(Sink sink) throws IOException;

        @Override
        default void close() {}
    }

    /** Takes bytes, and makes the caller wait while the other side is slower. */
    interface Sink {
        /** Takes a copy of the bytes, or sends them before it returns. */
        void write(byte[] bytes, int offset, int length) throws IOException;
    }

    private static final byte[] NOTHING = {};
    private static final String HTML = "text/html; charset=UTF-8";

    /** A status with its page, or with an empty body where it has none. */
    static Response of(HttpStatus status) {
        return text(status, HTML, status.page());
    }

    static Response plain(HttpStatus status, String text) {
        return text(status, "text/plain; charset=UTF-8", text);
    }

    static Response html(HttpStatus status, String text) {
        return text(status, HTML, text);
    }

    static Response text(HttpStatus status, String contentType, String text) {
        return bytes(status, contentType, text.getBytes(StandardCharsets.UTF_8));
    }

    static Response bytes(HttpStatus status, String contentType, byte[] bytes) {
        HeaderMap headers = new HeaderMap().set("Content-Type", contentType);
        return new Response(status, headers, new Body.Bytes(bytes));
    }

    static Response empty(HttpStatus status, HeaderMap headers) {
        return new Response(status, headers, new Body.Bytes(NOTHING));
    }

    Response with(String header, String value) {
        headers.set(header, value);
        return this;
    }

    /** Gives back what a streamed body holds, unsent. */
    void discard() {
        if (body instanceof Body.Stream stream) {
            stream.producer().close();
        }
    }
}
