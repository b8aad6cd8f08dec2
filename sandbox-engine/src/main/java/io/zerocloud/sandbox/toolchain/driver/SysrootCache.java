package io.zerocloud.sandbox.toolchain.driver;

import io.zerocloud.sandbox.toolchain.rewrite.Rewriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * Sysroots built by the guest's scripts, one per state of the sources and of the rewriter, in the
 * user's cache. {@code guest/build-sysroot DIRECTORY} fills a fresh directory; it finds the
 * compiler in {@code ZEROCLOUD_CC} and gets {@code ZEROCLOUD_SYSROOT} set to that directory.
 */
final class SysrootCache {
    /** Folders of the guest tree that do not end up in the sysroot. */
    private static final Set<String> NOT_BUILT = Set.of("samples", "test", "ports");

    private static final ConcurrentHashMap<Path, ReentrantLock> BUILDING =
            new ConcurrentHashMap<>();

    private final Invocation invocation;
    private final Path home;

    private SysrootCache(Invocation invocation, Path home) {
        this.invocation = invocation;
        this.home = home;
    }

    static SysrootCache of(Invocation invocation) throws CompileException {
        String home = invocation.environment().getOrDefault("ZEROCLOUD_HOME", "");
        if (home.isEmpty()) {
            throw new CompileException(
                    "set ZEROCLOUD_SYSROOT to the guest's sysroot, or start this by the zerocloud command");
        }
        return new SysrootCache(invocation, Path.of(home));
    }

    /** The sysroot for the sources as they are, built now if there is none. */
    Sysroot ensure(Tools tools) throws IOException, CompileException {
        Path guest = guestSources();
        Path root = CacheDirectory.of(invocation.environment()).resolve("sysroot-" + digest(guest));
        if (!Files.isDirectory(root)) {
            ReentrantLock lock = BUILDING.computeIfAbsent(root, r -> new ReentrantLock());
            lock.lock();
            try {
                build(tools, guest, root);
            } finally {
                lock.unlock();
            }
        }
        return new Sysroot(root);
    }

    private Path guestSources() throws CompileException {
        for (Path candidate :
                List.of(home.resolve("sandbox-engine").resolve("guest"), home.resolve("guest"))) {
            if (Files.isExecutable(candidate.resolve("build-sysroot"))) {
                return candidate;
            }
        }
        throw new CompileException(
                "the guest's sources are not at "
                        + home
                        + "; set ZEROCLOUD_SYSROOT to a built sysroot");
    }

    private void build(Tools tools, Path guest, Path root) throws IOException, CompileException {
        CacheDirectory.makePrivate(CacheDirectory.of(invocation.environment()));
        Path lockFile = Path.of(root + ".lock");
        try (FileChannel channel =
                        FileChannel.open(
                                lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock held = channel.lock()) {
            if (!held.isValid() || Files.isDirectory(root)) {
                return;
            }
            say("zerocloud cc: building the guest's C library, once (some minutes)");
            Path partial = Path.of(root + ".partial");
            deleteTree(partial);
            Files.createDirectories(partial);
            List<String> command =
                    List.of(
                            "env",
                            "ZEROCLOUD_SYSROOT=" + partial,
                            "ZEROCLOUD_CC=" + home.resolve("zerocloud") + " cc",
                            guest.resolve("build-sysroot").toString(),
                            partial.toString());
            tools.run(command, InputStream.nullInputStream());
            Files.move(partial, root, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    private void say(String line) throws IOException {
        synchronized (invocation.errors()) {
            invocation.errors().write((line + "\n").getBytes(StandardCharsets.UTF_8));
            invocation.errors().flush();
        }
    }

    private static String digest(Path guest) throws IOException {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
        digest.update((byte) Rewriter.VERSION);
        for (Path file : sources(guest)) {
            digest.update(guest.relativize(file).toString().getBytes(StandardCharsets.UTF_8));
            digest.update(Files.readAllBytes(file));
        }
        return HexFormat.of().formatHex(digest.digest()).substring(0, 16);
    }

    private static List<Path> sources(Path guest) throws IOException {
        List<Path> files = new ArrayList<>();
        try (Stream<Path> walk = Files.walk(guest)) {
            walk.filter(Files::isRegularFile)
                    .filter(
                            file ->
                                    !NOT_BUILT.contains(
                                            guest.relativize(file).getName(0).toString()))
                    .sorted()
                    .forEach(files::add);
        }
        return files;
    }

    private static void deleteTree(Path tree) throws IOException {
        if (!Files.exists(tree)) {
            return;
        }
        try (Stream<Path> walk = Files.walk(tree)) {
            for (Path file : walk.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
