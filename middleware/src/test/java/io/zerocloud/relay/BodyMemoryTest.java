package io.zerocloud.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.zerocloud.proxy.Listener;
import io.zerocloud.proxy.ProxyServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Bodies travel in memory that is used again at once: many at a time, some of them slow, some cut,
 * and none may show a byte of another.
 */
@Timeout(120)
class BodyMemoryTest {
    private static final int SLOW = 8;
    private static final int OTHERS = 6;

    /** More than the sockets on the way can hold. */
    private static final int LENGTH = 12 << 20;

    private static final int STEP = 1 << 20;

    @Test
    void noBodyHoldsAnothersBytes() throws Exception {
        Vertx vertx = Vertx.vertx();
        List<Raw> slow = new ArrayList<>();
        try (Origin origin = new Origin(BodyMemoryTest::serve);
                ProxyServer proxy =
                        ProxyServer.start(
                                vertx,
                                Listener.on("127.0.0.1", 0),
                                Upstream.at(URI.create("http://127.0.0.1:" + origin.port())),
                                new NoJobs())) {
            // Their bodies wait in the proxy while the others' go through it.
            for (int i = 0; i < SLOW; i++) {
                Raw client = new Raw(proxy.port());
                slow.add(client);
                get(client, (byte) (i + 1));
            }
            together(
                    OTHERS,
                    number -> {
                        put(proxy.port(), (byte) (SLOW + number + 1), number % 3 == 0);
                        return null;
                    });
            together(
                    SLOW,
                    number -> {
                        check(
                                slow.get(number).in(),
                                (byte) (number + 1),
                                number % 3 == 0 ? LENGTH / 2 : LENGTH);
                        slow.get(number).close();
                        return null;
                    });
            assertThat(origin.failures).isEmpty();
        } finally {
            for (Raw client : slow) {
                client.close();
            }
            vertx.close().await(10, TimeUnit.SECONDS);
        }
    }

    /** What one of several does. */
    private interface Part {
        Void run(int number) throws IOException;
    }

    private static void together(int count, Part part) throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Void>> parts = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                int number = i;
                parts.add(() -> part.run(number));
            }
            for (Future<Void> done : threads.invokeAll(parts)) {
                done.get();
            }
        }
    }

    private static void get(Raw client, byte fill) throws IOException {
        client.send("GET /v1/a/c/" + fill + " HTTP/1.1\r\nHost: h\r\n\r\n");
        assertThat(client.head()).startsWith("HTTP/1.1 200 ");
    }

    private static void put(int port, byte fill, boolean cut) throws IOException {
        try (Raw client = new Raw(port)) {
            client.send(
                    "PUT /v1/a/c/"
                            + fill
                            + " HTTP/1.1\r\nHost: h\r\nContent-Length: "
                            + LENGTH
                            + "\r\n\r\n");
            byte[] step = filled(fill);
            for (int sent = 0; sent < (cut ? LENGTH / 2 : LENGTH); sent += STEP) {
                client.sendBytes(step);
            }
            if (!cut) {
                assertThat(client.head()).startsWith("HTTP/1.1 201 ");
            }
        }
    }

    private static void serve(Origin.Line line) throws IOException {
        for (String head = line.head(); !head.isEmpty(); head = line.head()) {
            byte fill = Byte.parseByte(head.split("[/ ]")[5]);
            if (head.startsWith("GET")) {
                line.send("HTTP/1.1 200 OK\r\nContent-Length: " + LENGTH + "\r\n\r\n");
                OutputStream out = line.out();
                byte[] step = filled(fill);
                for (int sent = 0; sent < LENGTH; sent += STEP) {
                    out.write(step);
                }
            } else {
                check(line.in(), fill, LENGTH);
                line.send("HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n");
            }
        }
    }

    private static byte[] filled(byte fill) {
        byte[] step = new byte[STEP];
        Arrays.fill(step, fill);
        return step;
    }

    private static void check(InputStream in, byte fill, int length) throws IOException {
        byte[] wanted = filled(fill);
        byte[] step = new byte[STEP];
        for (int left = length; left > 0; ) {
            int n = in.read(step, 0, Math.min(STEP, left));
            if (n < 0) {
                throw new IOException("cut " + left + " bytes before its end");
            }
            int wrong = Arrays.mismatch(step, 0, n, wanted, 0, n);
            if (wrong >= 0) {
                throw new AssertionError("body " + fill + " holds a byte " + step[wrong]);
            }
            left -= n;
        }
    }
}
