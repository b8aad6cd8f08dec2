package io.zerocloud.relay;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** A server whose every byte the test decides; stands where Swift would. */
final class Origin implements AutoCloseable {
    /** What the server does with one connection. */
    interface Script {
        void serve(Line line) throws IOException;
    }

    /** One connection. */
    record Line(Socket socket, InputStream in, OutputStream out) {
        String head() throws IOException {
            ByteArrayOutputStream seen = new ByteArrayOutputStream();
            while (true) {
                int b = in.read();
                if (b < 0) {
                    return "";
                }
                seen.write(b);
                String text = seen.toString(StandardCharsets.ISO_8859_1);
                if (text.endsWith("\r\n\r\n")) {
                    return text;
                }
            }
        }

        String bytes(int n) throws IOException {
            return new String(in.readNBytes(n), StandardCharsets.ISO_8859_1);
        }

        void send(String latin1) throws IOException {
            out.write(latin1.getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
        }
    }

    private final ServerSocket server;
    private final Queue<Socket> open = new ConcurrentLinkedQueue<>();
    final AtomicInteger connections = new AtomicInteger();
    final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();

    Origin(Script script) throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual()
                .start(
                        () -> {
                            while (!server.isClosed()) {
                                try {
                                    Socket socket = server.accept();
                                    open.add(socket);
                                    connections.incrementAndGet();
                                    Thread.ofVirtual().start(() -> run(script, socket));
                                } catch (IOException e) {
                                    return;
                                }
                            }
                        });
    }

    private void run(Script script, Socket socket) {
        try (socket) {
            script.serve(new Line(socket, socket.getInputStream(), socket.getOutputStream()));
        } catch (IOException e) {
            // The other side went away: some tests want just that.
            return;
        } catch (Throwable e) {
            failures.add(e);
        }
    }

    int port() {
        return server.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}
