package io.zerocloud.sandbox.toolchain.driver;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the native front ({@code front.c}) and the compile server say to each other. All numbers are
 * big-endian 32 bits.
 *
 * <p>Request: {@code ZCC1}; the number of arguments and each (length, bytes), the first {@code cc}
 * or {@code c++}; the current directory; the number of environment entries and each; the length of
 * standard input and its bytes. Answer: frames of a type byte, a length and bytes: {@code o}
 * standard output, {@code e} standard error, {@code x} the exit code in four bytes, which is the
 * last.
 */
final class CompileProtocol {
    private static final int MAGIC = 0x5A434331;
    private static final int MAX_WORDS = 1 << 20;
    private static final int MAX_WORD = 1 << 20;
    private static final int MAX_INPUT = 256 << 20;

    private CompileProtocol() {}

    /** A request, with streams that go nowhere yet. */
    record Request(
            String command,
            List<String> arguments,
            Path directory,
            Map<String, String> environment,
            InputStream input) {
        Invocation invocation(OutputStream output, OutputStream errors) {
            return new Invocation(arguments, directory, environment, input, output, errors);
        }
    }

    static Request read(DataInputStream in) throws IOException {
        if (in.readInt() != MAGIC) {
            throw new IOException("not a compile request of this version");
        }
        List<String> arguments = words(in);
        if (arguments.isEmpty()) {
            throw new IOException("a request without a command");
        }
        String directory = word(in);
        Map<String, String> environment = new HashMap<>();
        for (String entry : words(in)) {
            int equals = entry.indexOf('=');
            if (equals > 0) {
                environment.put(entry.substring(0, equals), entry.substring(equals + 1));
            }
        }
        byte[] input = in.readNBytes(bounded(in.readInt(), MAX_INPUT));
        return new Request(
                arguments.getFirst(),
                List.copyOf(arguments.subList(1, arguments.size())),
                Path.of(directory),
                environment,
                new ByteArrayInputStream(input));
    }

    private static List<String> words(DataInputStream in) throws IOException {
        int count = bounded(in.readInt(), MAX_WORDS);
        List<String> words = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            words.add(word(in));
        }
        return words;
    }

    private static String word(DataInputStream in) throws IOException {
        byte[] bytes = in.readNBytes(bounded(in.readInt(), MAX_WORD));
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static int bounded(int value, int limit) throws IOException {
        if (value < 0 || value > limit) {
            throw new IOException(
                    "a length of " + Integer.toUnsignedString(value) + " is over " + limit);
        }
        return value;
    }

    /** A stream whose writes become frames; frames of several streams do not mix. */
    static OutputStream stream(DataOutputStream out, char type) {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                if (length > 0) {
                    synchronized (out) {
                        out.writeByte(type);
                        out.writeInt(length);
                        out.write(bytes, offset, length);
                        out.flush();
                    }
                }
            }
        };
    }

    static void exit(DataOutputStream out, int status) throws IOException {
        synchronized (out) {
            out.writeByte('x');
            out.writeInt(4);
            out.writeInt(status);
            out.flush();
        }
    }
}
