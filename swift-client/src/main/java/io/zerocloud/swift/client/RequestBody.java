package io.zerocloud.swift.client;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import java.util.OptionalLong;

/** What a request carries. */
public sealed interface RequestBody {
    RequestBody EMPTY = new Bytes(Buffer.buffer());

    /** A small body in memory; can be sent again. */
    record Bytes(Buffer buffer) implements RequestBody {}

    /**
     * A body of any size, taken as fast as Swift takes it. Nothing is read before Swift has agreed
     * to the request ({@code Expect: 100-continue}) or kept silent for a second, so most refusals
     * leave it whole.
     *
     * @param stream paused; belongs to the request from here on
     * @param length bytes, if known; otherwise the transfer is chunked
     */
    record Stream(ReadStream<Buffer> stream, OptionalLong length) implements RequestBody {}

    static RequestBody of(Buffer buffer) {
        return new Bytes(buffer);
    }

    static RequestBody of(ReadStream<Buffer> stream, long length) {
        return new Stream(stream, OptionalLong.of(length));
    }

    static RequestBody of(ReadStream<Buffer> stream) {
        return new Stream(stream, OptionalLong.empty());
    }
}
