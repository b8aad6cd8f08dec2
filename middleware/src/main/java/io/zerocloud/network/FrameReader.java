package io.zerocloud.network;

import io.vertx.core.buffer.Buffer;

/**
 * Cuts what a peer sends into frames. Data is passed on as it comes, in pieces; other frames are
 * short and wait until they are whole. Used by one event loop.
 */
final class FrameReader {
    private final Handler handler;

    /** Head of a frame, or a frame that is not data, as far as it has come. */
    private Buffer held = Buffer.buffer();

    private int wanted = Frame.HEADER;
    private int stream;
    private int dataLeft;

    /** Takes frames in their order. */
    interface Handler {
        /** Some bytes of a stream. */
        void data(int stream, Buffer bytes) throws Frame.Broken;

        /** Any other frame. */
        void control(Frame frame, int stream, Buffer payload) throws Frame.Broken;
    }

    FrameReader(Handler handler) {
        this.handler = handler;
    }

    void feed(Buffer bytes) throws Frame.Broken {
        int at = 0;
        while (at < bytes.length()) {
            if (dataLeft > 0) {
                int piece = Math.min(dataLeft, bytes.length() - at);
                handler.data(stream, bytes.slice(at, at + piece));
                dataLeft -= piece;
                at += piece;
            } else {
                int piece = Math.min(wanted - held.length(), bytes.length() - at);
                held.appendBuffer(bytes, at, piece);
                at += piece;
                if (held.length() == wanted) {
                    whole();
                }
            }
        }
    }

    private void whole() throws Frame.Broken {
        long length = held.getUnsignedInt(5);
        Frame frame = Frame.of(held.getByte(0), length);
        stream = held.getInt(1);
        if (frame == Frame.DATA) {
            dataLeft = (int) length;
        } else if (wanted < Frame.HEADER + length) {
            wanted = Frame.HEADER + (int) length;
            return;
        } else {
            handler.control(frame, stream, held.slice(Frame.HEADER, held.length()));
        }
        held = Buffer.buffer();
        wanted = Frame.HEADER;
    }
}
