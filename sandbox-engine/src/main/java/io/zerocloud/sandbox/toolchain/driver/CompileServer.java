package io.zerocloud.sandbox.toolchain.driver;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import jdk.net.ExtendedSocketOptions;
import jdk.net.UnixDomainPrincipal;

/**
 * Keeps the compiler driver warm between calls of {@code zerocloud cc}, so that a build pays for
 * one JVM and not one per file. It serves its own user only: the socket lies in a directory of mode
 * 0700, and every peer's user is checked besides. It ends by itself when nobody calls.
 */
public final class CompileServer {
    private static final Duration IDLE = Duration.ofMinutes(10);
    private static final Duration CHECK = Duration.ofSeconds(15);

    private final String owner;
    private final AtomicInteger busy = new AtomicInteger();
    private final AtomicLong lastUse = new AtomicLong(System.nanoTime());

    private CompileServer(String owner) {
        this.owner = owner;
    }

    /**
     * Serves until idle.
     *
     * @param args the socket's path, in a private directory
     */
    public static void main(String[] args) throws IOException {
        Path socket = Path.of(args[0]).toAbsolutePath();
        Path directory = Optional.ofNullable(socket.getParent()).orElseThrow();
        CacheDirectory.makePrivate(directory);
        Path lockFile = Path.of(socket + ".lock");
        try (FileChannel lock =
                        FileChannel.open(
                                lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock held = lock.tryLock()) {
            if (held == null) {
                return;
            }
            Files.deleteIfExists(socket);
            try (ServerSocketChannel server =
                    ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
                server.bind(UnixDomainSocketAddress.of(socket));
                new CompileServer(Files.getOwner(directory).getName()).serve(server);
            } finally {
                Files.deleteIfExists(socket);
            }
        }
    }

    private void serve(ServerSocketChannel server) {
        Thread.ofVirtual().start(() -> closeWhenIdle(server));
        while (server.isOpen()) {
            try {
                SocketChannel client = server.accept();
                busy.incrementAndGet();
                Thread.ofVirtual().start(() -> session(client));
            } catch (IOException e) {
                // Closed by the idle timer: the loop ends.
            }
        }
    }

    private void closeWhenIdle(ServerSocketChannel server) {
        try {
            while (busy.get() > 0 || System.nanoTime() - lastUse.get() < IDLE.toNanos()) {
                Thread.sleep(CHECK);
            }
            server.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private void session(SocketChannel client) {
        try (client) {
            UnixDomainPrincipal peer = client.getOption(ExtendedSocketOptions.SO_PEERCRED);
            if (!peer.user().getName().equals(owner)) {
                return;
            }
            InputStream in = Channels.newInputStream(client);
            OutputStream out = Channels.newOutputStream(client);
            answer(in, new DataOutputStream(new BufferedOutputStream(out, 1 << 16)));
        } catch (IOException e) {
            // The front is gone or spoke nonsense; there is nobody to tell.
        } finally {
            lastUse.set(System.nanoTime());
            busy.decrementAndGet();
        }
    }

    private static void answer(InputStream in, DataOutputStream out) throws IOException {
        CompileProtocol.Request request =
                CompileProtocol.read(new DataInputStream(new BufferedInputStream(in)));
        Invocation invocation =
                request.invocation(
                        CompileProtocol.stream(out, 'o'), CompileProtocol.stream(out, 'e'));
        Driver driver = new Driver(invocation, request.command().equals("c++"));
        Thread watcher = Thread.ofVirtual().start(() -> cancelWhenGone(in, driver));
        CompileProtocol.exit(out, driver.run());
        watcher.interrupt();
    }

    /** The front sends nothing after its request: the end of its stream means it was killed. */
    private static void cancelWhenGone(InputStream in, Driver driver) {
        try {
            if (in.read() < 0) {
                driver.cancel();
            }
        } catch (IOException e) {
            // The answer is complete and the channel closed.
        }
    }
}
