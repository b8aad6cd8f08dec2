package io.zerocloud.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FrameReaderTest {
    /** Takes frames down, data joined as it comes. */
    private static final class Notes implements FrameReader.Handler {
        private final List<String> notes = new ArrayList<>();
        private int data;

        @Override
        public void data(int stream, Buffer bytes) {
            data += bytes.length();
        }

        @Override
        public void control(Frame frame, int stream, Buffer payload) {
            if (data > 0) {
                notes.add("DATA " + data);
                data = 0;
            }
            notes.add(frame + " " + stream + " " + payload.length());
        }
    }

    @Test
    void framesComeOutHoweverTheyAreCut() throws Exception {
        Buffer sent =
                Buffer.buffer()
                        .appendBuffer(Frame.open(1, "network", 7, 1000))
                        .appendBuffer(Frame.DATA.with(1, new byte[1000], 1000))
                        .appendBuffer(Frame.window(1, 500))
                        .appendBuffer(Frame.DATA.with(1, new byte[65536], 65536))
                        .appendBuffer(Frame.ALIVE.bare(0))
                        .appendBuffer(Frame.abort(-3, "why"))
                        .appendBuffer(Frame.END.bare(1));
        List<String> wanted =
                List.of(
                        "OPEN 1 15",
                        "DATA 1000",
                        "WINDOW 1 4",
                        "DATA 65536",
                        "ALIVE 0 0",
                        "ABORT -3 3",
                        "END 1 0");
        Random random = new Random(5);
        for (int most : new int[] {1, 2, 9, 10, 1000, 100_000}) {
            Notes notes = new Notes();
            FrameReader reader = new FrameReader(notes);
            for (int at = 0; at < sent.length(); ) {
                int piece = Math.min(1 + random.nextInt(most), sent.length() - at);
                reader.feed(sent.slice(at, at + piece));
                at += piece;
            }
            assertThat(notes.notes).as("pieces of at most %s", most).isEqualTo(wanted);
        }
    }

    @Test
    void lengthsAreJudgedBeforeAByteIsKept() {
        for (int type = 0; type <= 255; type++) {
            for (int length : new int[] {-1, Integer.MIN_VALUE, Integer.MAX_VALUE, 65_537}) {
                Buffer head =
                        Buffer.buffer().appendByte((byte) type).appendInt(1).appendInt(length);
                FrameReader reader = new FrameReader(new Notes());
                assertThatThrownBy(() -> reader.feed(head)).isInstanceOf(Frame.Broken.class);
            }
        }
    }

    @Test
    void aReasonIsCutToWhatAFrameMayHold() throws Exception {
        Notes notes = new Notes();
        new FrameReader(notes).feed(Frame.abort(1, "x".repeat(10_000)));
        assertThat(notes.notes).containsExactly("ABORT 1 512");
    }
}
