package io.zerocloud.network;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;

/**
 * What agents say to each other: a type, the number of a stream, the length of a payload, the
 * payload. Streams are numbered by the agent that reads them.
 */
enum Frame {
    /** Reader to writer: u32 connection, u32 window, the network's id. The stream begins. */
    OPEN(1, 9, 8 + 128),
    /** Writer to reader: bytes, within the window. */
    DATA(2, 1, 64 << 10),
    /** Writer to reader: no more bytes; the stream has ended. */
    END(3, 0, 0),
    /** Reader to writer: u32 more bytes may be sent. */
    WINDOW(4, 4, 4),
    /** Reader to writer: nobody reads any more. The writer answers END. */
    STOP(5, 0, 0),
    /** Writer to reader: the stream breaks off, and why; the stream has ended. */
    ABORT(6, 0, 512),
    /** A sign of life, for stream 0. */
    ALIVE(7, 0, 0);

    /** u8 type, u32 stream, u32 length; big endian. */
    static final int HEADER = 9;

    private final int code;
    private final int least;
    private final int most;

    Frame(int code, int least, int most) {
        this.code = code;
        this.least = least;
        this.most = most;
    }

    /**
     * The type of a number that came from a peer.
     *
     * @throws Broken if there is none, or the length is not one of that type
     */
    static Frame of(int code, long length) throws Broken {
        for (Frame frame : values()) {
            if (frame.code == code) {
                if (length < frame.least || length > frame.most) {
                    throw new Broken(
                            frame
                                    + " of "
                                    + length
                                    + " bytes, not "
                                    + frame.least
                                    + " to "
                                    + frame.most);
                }
                return frame;
            }
        }
        throw new Broken("a frame of type " + code);
    }

    Buffer with(int stream, byte[] payload, int length) {
        return Buffer.buffer(HEADER + length)
                .appendByte((byte) code)
                .appendInt(stream)
                .appendInt(length)
                .appendBytes(payload, 0, length);
    }

    /** Memory for a frame of data, which is read into it behind the header. */
    static ByteBuf room() {
        return ByteBufAllocator.DEFAULT.directBuffer(HEADER + DATA.most, HEADER + DATA.most);
    }

    /** Writes the header before data that lies in its {@link #room()} already. */
    static void data(ByteBuf room, int stream, int length) {
        room.writeByte(DATA.code).writeInt(stream).writeInt(length);
        room.writerIndex(HEADER + length);
    }

    Buffer bare(int stream) {
        return with(stream, new byte[0], 0);
    }

    static Buffer open(int stream, String network, int connection, int window) {
        Buffer payload =
                Buffer.buffer().appendInt(connection).appendInt(window).appendString(network);
        return OPEN.with(stream, payload.getBytes(), payload.length());
    }

    static Buffer window(int stream, int more) {
        return WINDOW.with(stream, Buffer.buffer().appendInt(more).getBytes(), 4);
    }

    static Buffer abort(int stream, String reason) {
        byte[] text = reason.getBytes(StandardCharsets.UTF_8);
        return ABORT.with(stream, text, Math.min(text.length, ABORT.most));
    }

    /** A peer does not keep to the protocol: its connection is of no more use. */
    static final class Broken extends Exception {
        private static final long serialVersionUID = 1L;

        Broken(String message) {
            super(message);
        }
    }
}
