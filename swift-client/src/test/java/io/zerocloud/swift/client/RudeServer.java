package io.zerocloud.swift.client;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A server that misbehaves on the wire as it is told, a request a connection. */
final class RudeServer implements AutoCloseable {
    /** What happens on one connection, after the request's head has been read. */
    interface Manner {
        void serve(String head, Socket socket, BufferedReader in, OutputStream out)
                throws IOException, InterruptedException;
    }

    private final ServerSocket server;
    private final List<String> heads = Collections.synchronizedList(new ArrayList<>());

    /**
     * @param manners for the first request, the second, ...; the last one serves all further
     */
    RudeServer(Manner... manners) throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual()
                .start(
                        () -> {
                            while (true) {
                                try {
                                    Socket socket = server.accept();
                                    Thread.ofVirtual().start(() -> serve(socket, manners));
                                } catch (IOException closed) {
                                    return;
                                }
                            }
                        });
    }

    URI storageUrl() {
        return URI.create("http://127.0.0.1:" + server.getLocalPort() + "/v1/AUTH_test");
    }

    /** The heads of all requests so far. */
    List<String> heads() {
        return List.copyOf(heads);
    }

    static void write(OutputStream out, String text) throws IOException {
        out.write(text.replace("\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    private void serve(Socket socket, Manner[] manners) {
        try (socket) {
            BufferedReader in =
                    new BufferedReader(
                            new InputStreamReader(
                                    socket.getInputStream(), StandardCharsets.ISO_8859_1));
            StringBuilder head = new StringBuilder();
            for (String line = in.readLine();
                    line != null && !line.isEmpty();
                    line = in.readLine()) {
                head.append(line).append('\n');
            }
            if (!head.isEmpty()) {
                Manner manner;
                synchronized (heads) {
                    manner = manners[Math.min(heads.size(), manners.length - 1)];
                    heads.add(head.toString());
                }
                manner.serve(head.toString(), socket, in, socket.getOutputStream());
            }
        } catch (IOException e) {
            // The client went away, which is what some of the tests are about.
        } catch (InterruptedException e) {
            throw new UncheckedIOException(new IOException(e));
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
