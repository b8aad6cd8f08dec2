package io.zerocloud.demo;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * A kept connection of a client that costs next to nothing, so that a measurement shows the server.
 * Speaks only what the benchmarks need: answers with a length.
 */
final class RawHttp implements AutoCloseable {
    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final byte[] buffer = new byte[256 * 1024];

    RawHttp(URI server) throws IOException {
        socket = new Socket(server.getHost(), server.getPort());
        socket.setTcpNoDelay(true);
        in = new BufferedInputStream(socket.getInputStream(), 8 * 1024);
        out = socket.getOutputStream();
    }

    /**
     * Sends a request and drops the answer's body.
     *
     * @param head request line and headers, without the last empty line
     * @return nanoseconds from the first byte sent to the last received
     */
    long exchange(String head, byte[] body, int status) throws IOException {
        long begun = System.nanoTime();
        out.write((head + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
        out.write(body);
        out.flush();
        long length = 0;
        String first = line();
        if (!first.startsWith("HTTP/1.1 " + status)) {
            throw new IOException("wanted " + status + ", got " + first);
        }
        for (String line = line(); !line.isEmpty(); line = line()) {
            if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                length = Long.parseLong(line.substring(15).strip());
            }
        }
        for (long left = head.startsWith("HEAD") ? 0 : length; left > 0; ) {
            int n = in.read(buffer, 0, (int) Math.min(buffer.length, left));
            if (n < 0) {
                throw new IOException("the answer ended early");
            }
            left -= n;
        }
        return System.nanoTime() - begun;
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new IOException("the connection ended");
            }
            if (b != '\r') {
                line.append((char) b);
            }
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
