package io.zerocloud.swift.disk;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.zerocloud.swift.HeaderText;
import io.zerocloud.swift.ObjectPath;
import io.zerocloud.swift.auth.Login;
import io.zerocloud.swift.auth.TempAuth;
import io.zerocloud.swift.client.ObjectInfo;
import io.zerocloud.swift.client.PathEncoding;
import io.zerocloud.swift.client.ReadOptions;
import io.zerocloud.swift.client.RequestBody;
import io.zerocloud.swift.client.Segment;
import io.zerocloud.swift.client.SwiftAccount;
import io.zerocloud.swift.client.SwiftClient;
import io.zerocloud.swift.client.SwiftClientOptions;
import io.zerocloud.swift.ring.PathHash;
import io.zerocloud.swift.ring.Rings;
import io.zerocloud.swift.ring.StoragePolicy;
import io.zerocloud.swift.ring.SwiftConf;
import io.zerocloud.swift.testing.RealSwift;
import io.zerocloud.swift.testing.RealSwiftExtension;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a real Swift wrote, read from its disks. */
@ExtendWith(RealSwiftExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LocalObjectsIT {
    private static final String CONTAINER = "local objects";

    private final Vertx vertx = Vertx.vertx();
    private SwiftClient client;
    private SwiftAccount account;
    private SwiftConf conf;
    private Rings rings;
    private LocalObjects local;
    private RealSwift swift;

    @BeforeAll
    void connect(RealSwift swift) throws IOException {
        this.swift = swift;
        client = new SwiftClient(vertx, SwiftClientOptions.defaults());
        account = account(swift.authUrl());
        conf = SwiftConf.read(swift.swiftDir().resolve("swift.conf"));
        rings = new Rings(swift.swiftDir());
        local = new LocalObjects(swift.devices(), conf, rings);
        account.putContainer(CONTAINER, headers()).await();
        account.putContainer("local silver", headers("X-Storage-Policy", "silver")).await();
        account.putContainer("local ec", headers("X-Storage-Policy", "ec22")).await();
    }

    @AfterAll
    void disconnect() {
        client.close();
        vertx.close().await();
    }

    @Test
    void anObjectIsReadFromTheDescriptorThatWasChecked() throws IOException {
        byte[] bytes = new byte[300_000];
        new java.util.Random(3).nextBytes(bytes);
        put("plain/ü 日本", bytes);

        try (StoredObject object = present(CONTAINER, "plain/ü 日本")) {
            assertThat(object.length()).isEqualTo(bytes.length);
            assertThat(object.data().number()).isPositive();
            assertThat(read(object)).isEqualTo(bytes);
            assertThat(object.timestamp()).isEqualTo(object.dataTimestamp());
        }
    }

    @Test
    void anEmptyObjectIsLocalToo() throws IOException {
        put("empty", new byte[0]);
        try (StoredObject object = present(CONTAINER, "empty")) {
            assertThat(object.length()).isZero();
        }
    }

    @Test
    void allTheMetadataThatSwiftTakesAreRead() throws IOException {
        // As much as Swift takes: 90 headers, 4096 bytes.
        MultiMap headers = headers("Content-Type", "text/plain; charset=\"latin 1\"");
        for (int i = 0; i < 80; i++) {
            headers.set("X-Object-Meta-K" + i, HeaderText.encode("ä日😀".repeat(4) + i));
        }
        account.putObject(CONTAINER, "heavy", body("x"), headers).await();
        try (StoredObject object = present(CONTAINER, "heavy")) {
            for (int i = 0; i < 80; i++) {
                assertThat(object.metadata().get("X-Object-Meta-K" + i).map(HeaderText::decode))
                        .contains("ä日😀".repeat(4) + i);
            }
            assertThat(object.metadata().get("Content-Type"))
                    .contains("text/plain; charset=\"latin 1\"");
        }
    }

    @Test
    void whatWeWriteSwiftReadsAndTheOtherWayRound() throws IOException, InterruptedException {
        put("round trip", "abc".getBytes(StandardCharsets.UTF_8));
        Path data = files(CONTAINER, "round trip").getFirst();
        try (Descriptor file = Descriptor.openForWriting(data)) {
            ObjectMetadata metadata = XattrMetadata.INSTANCE.read(file);
            var more = new java.util.LinkedHashMap<>(metadata.values());
            for (int i = 0; i < 3000; i++) {
                more.put("X-Object-Meta-Long-" + i, "größe " + "v".repeat(40) + i);
            }
            XattrMetadata.INSTANCE.write(file, data, new ObjectMetadata(more));
            assertThat(file.attribute("user.swift.metadata3")).isPresent();
            assertThat(XattrMetadata.INSTANCE.read(file).values()).isEqualTo(more);
        }
        assertThat(
                        swift.exec(
                                "swift-object-info",
                                "-n",
                                "-d",
                                swift.swiftDir().toString(),
                                data.toString()))
                .contains("Long-2999: größe " + "v".repeat(40) + "2999");
    }

    @Test
    void aPostsMetadataAreThoseOfAHead() throws IOException {
        account.putObject(
                        CONTAINER,
                        "posted",
                        body("posted"),
                        headers("X-Object-Meta-A", "1", "Content-Type", "text/a"))
                .await();
        account.postObject(CONTAINER, "posted", headers("X-Object-Meta-B", "2")).await();
        account.postObject(
                        CONTAINER,
                        "posted",
                        headers("X-Object-Meta-C", "3", "Content-Type", "text/c"))
                .await();
        account.postObject(CONTAINER, "posted", headers("X-Object-Meta-D", "4")).await();

        ObjectInfo head = account.headObject(CONTAINER, "posted").await();
        try (StoredObject object = present(CONTAINER, "posted")) {
            assertThat(object.metadata().get("X-Object-Meta-A")).isEmpty();
            assertThat(object.metadata().get("X-Object-Meta-C")).isEmpty();
            assertThat(object.metadata().get("X-Object-Meta-D")).contains("4");
            assertThat(object.metadata().get("Content-Type")).contains("text/c");
            assertThat(object.dataMetadata().get("X-Object-Meta-A")).contains("1");
            assertThat(head.timestamp()).contains(object.timestamp());
            assertThat(object.timestamp()).isGreaterThan(object.dataTimestamp());
        }
        assertThat(files(CONTAINER, "posted"))
                .anyMatch(file -> file.toString().endsWith(".meta"))
                .anyMatch(file -> file.toString().contains("-"));
    }

    @Test
    void anotherVersionThanThePinnedOneIsNotTheObject() {
        put("changed", "old".getBytes(StandardCharsets.UTF_8));
        ObjectPin old = pin(CONTAINER, "changed");
        put("changed", "new!".getBytes(StandardCharsets.UTF_8));

        assertThat(local.find(path(CONTAINER, "changed"), Optional.of(0), old))
                .isInstanceOfSatisfying(
                        LocalObject.OtherVersion.class,
                        other -> assertThat(other.found()).isEqualTo(pin(CONTAINER, "changed")));
    }

    @Test
    void aDeletedObjectLeavesATombstone() {
        put("deleted", "x".getBytes(StandardCharsets.UTF_8));
        ObjectPin pin = pin(CONTAINER, "deleted");
        account.deleteObject(CONTAINER, "deleted").await();

        assertThat(local.find(path(CONTAINER, "deleted"), Optional.empty(), pin))
                .isInstanceOf(LocalObject.Deleted.class);
        assertThat(local.find(path(CONTAINER, "never"), Optional.empty(), pin))
                .isEqualTo(new LocalObject.Absent());
    }

    @Test
    void anObjectExpiresByTheClock() {
        long end = Instant.now().getEpochSecond() + 3600;
        account.putObject(CONTAINER, "mortal", body("x"), headers("X-Delete-At", "" + end)).await();
        ObjectPin pin = pin(CONTAINER, "mortal");
        assertThat(at(end - 1, pin)).isInstanceOf(LocalObject.Present.class);
        assertThat(at(end, pin)).isEqualTo(new LocalObject.Expired(Instant.ofEpochSecond(end)));

        // A POST without the header makes it immortal again.
        account.postObject(CONTAINER, "mortal", headers()).await();
        assertThat(at(end + 1, pin)).isInstanceOf(LocalObject.Present.class);
    }

    @Test
    void thePolicyIsFoundWhateverIsGuessed() throws IOException {
        account.putObject("local silver", "o", body("silver")).await();
        for (Optional<Integer> guess :
                List.of(
                        Optional.<Integer>empty(),
                        Optional.of(1),
                        Optional.of(2),
                        Optional.of(99))) {
            LocalObject found =
                    local.find(path("local silver", "o"), guess, pin("local silver", "o"));
            try (StoredObject object = ((LocalObject.Present) found).object()) {
                assertThat(object.data().path().toString()).contains("/objects-1/");
            }
        }
    }

    @Test
    void largeObjectsAreTheirSegments() {
        List<Segment> segments = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            String etag =
                    account.putObject(CONTAINER, "segments/" + i, body("part " + i))
                            .await()
                            .etag()
                            .orElseThrow();
            segments.add(new Segment(path(CONTAINER, "segments/" + i), etag, 6));
        }
        account.putStaticLargeObject(CONTAINER, "slo", segments, headers()).await();
        account.putDynamicLargeObject(CONTAINER, "dlo", CONTAINER, "segments/", headers()).await();

        assertThat(reason("slo")).isEqualTo(LocalObject.Reason.STATIC_LARGE_OBJECT);
        assertThat(reason("dlo")).isEqualTo(LocalObject.Reason.DYNAMIC_LARGE_OBJECT);
    }

    @Test
    void aSymlinkTellsItsTarget() throws IOException {
        put("target ü", "here".getBytes(StandardCharsets.UTF_8));
        account.putObject(
                        CONTAINER,
                        "link",
                        RequestBody.EMPTY,
                        headers("X-Symlink-Target", encoded(CONTAINER) + '/' + encoded("target ü")))
                .await();
        ObjectPin pin = pin(CONTAINER, "link");

        LocalObject found = local.find(path(CONTAINER, "link"), Optional.of(0), pin);
        LocalObject.NotItself link = (LocalObject.NotItself) found;
        assertThat(link.reason()).isEqualTo(LocalObject.Reason.SYMLINK);
        assertThat(link.target()).contains(path(CONTAINER, "target ü"));
        LocalObject target = local.find(link.target().orElseThrow(), Optional.of(0), pin);
        try (StoredObject object = ((LocalObject.Present) target).object()) {
            assertThat(read(object)).isEqualTo("here".getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void aVersionedObjectLiesUnderTheNameOfItsVersion() throws IOException {
        account.putContainer("local versions", headers("X-Versions-Enabled", "true")).await();
        account.putObject("local versions", "o", body("first")).await();
        account.putObject("local versions", "o", body("second")).await();
        ObjectPin pin = pin("local versions", "o");

        LocalObject found = local.find(path("local versions", "o"), Optional.of(0), pin);
        LocalObject.NotItself link = (LocalObject.NotItself) found;
        assertThat(link.reason()).isEqualTo(LocalObject.Reason.VERSIONED);
        LocalObject version = local.find(link.target().orElseThrow(), Optional.of(0), pin);
        try (StoredObject object = ((LocalObject.Present) version).object()) {
            assertThat(read(object)).isEqualTo("second".getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void fragmentsAndCiphertextAreNotTheObject() {
        account.putObject("local ec", "o", body("erasure")).await();
        assertThat(reason("local ec", "o", pin("local ec", "o")))
                .isEqualTo(LocalObject.Reason.ERASURE_CODED);

        SwiftAccount encrypting = account(swift.encryptionAuthUrl());
        encrypting.putObject(CONTAINER, "secret", body("secret")).await();
        ObjectPin pin = encrypting.headObject(CONTAINER, "secret").await().pin().orElseThrow();
        assertThat(reason(CONTAINER, "secret", pin)).isEqualTo(LocalObject.Reason.ENCRYPTED);
    }

    @Test
    void damageIsToldFromAbsence() throws IOException {
        put("damaged", "damaged".getBytes(StandardCharsets.UTF_8));
        ObjectPin pin = pin(CONTAINER, "damaged");
        List<Path> replicas = files(CONTAINER, "damaged");
        assertThat(replicas).hasSize(3);

        Files.writeString(replicas.get(0), "longer than before");
        try (Descriptor file = Descriptor.openForWriting(replicas.get(1))) {
            file.setAttribute("user.swift.metadata_checksum", new byte[32]);
        }
        assertThat(local.find(path(CONTAINER, "damaged"), Optional.of(0), pin))
                .isInstanceOf(LocalObject.Present.class);

        Path link = replicas.get(2);
        Path elsewhere = link.resolveSibling("elsewhere");
        Files.move(link, elsewhere);
        Files.createSymbolicLink(link, elsewhere);
        assertThat(local.find(path(CONTAINER, "damaged"), Optional.of(0), pin))
                .isInstanceOfSatisfying(
                        LocalObject.Damaged.class, d -> assertThat(d.reason()).isNotEmpty());
    }

    @Test
    void aFileUnderAnotherNamesHashIsNotThatObject() throws IOException {
        put("mine", "same".getBytes(StandardCharsets.UTF_8));
        put("yours", "same".getBytes(StandardCharsets.UTF_8));
        ObjectPin pin = pin(CONTAINER, "mine");
        for (Path device : swift.devices()) {
            Path mine = folder(device, CONTAINER, "mine");
            Path yours = folder(device, CONTAINER, "yours");
            if (Files.exists(mine)) {
                Files.move(mine, mine.resolveSibling("away"));
            }
            if (Files.exists(yours)) {
                Files.createDirectories(mine.getParent());
                Files.move(yours, mine);
            }
        }
        assertThat(local.find(path(CONTAINER, "mine"), Optional.of(0), pin))
                .isInstanceOfSatisfying(
                        LocalObject.Damaged.class,
                        d -> assertThat(d.reason()).contains("is named").contains("yours"));
    }

    /** Overwrites and deletes run against look-ups: every answer is one whole version or none. */
    @Test
    void concurrentOverwritesAndDeletesAreHarmless() throws Exception {
        put("busy", "0".getBytes(StandardCharsets.UTF_8));
        List<ObjectPin> pins = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            pins.add(new ObjectPin(md5("version " + "!".repeat(i)), 8 + i));
        }
        AtomicBoolean done = new AtomicBoolean();
        AtomicInteger writes = new AtomicInteger();
        Thread writer =
                Thread.ofVirtual()
                        .start(
                                () -> {
                                    for (int i = 0; i < 40; i++) {
                                        put(
                                                "busy",
                                                ("version " + "!".repeat(i % 3))
                                                        .getBytes(StandardCharsets.UTF_8));
                                        if (i % 5 == 4) {
                                            account.deleteObject(CONTAINER, "busy").await();
                                        }
                                        writes.incrementAndGet();
                                    }
                                    done.set(true);
                                });
        int present = 0;
        while (!done.get() && writer.isAlive()) {
            for (ObjectPin pin : pins) {
                LocalObject found = local.find(path(CONTAINER, "busy"), Optional.of(0), pin);
                switch (found) {
                    case LocalObject.Present(var object) -> {
                        try (object) {
                            present++;
                            assertThat(md5(new String(read(object), StandardCharsets.UTF_8)))
                                    .isEqualTo(pin.etag());
                        }
                    }
                    case LocalObject.OtherVersion o -> {}
                    case LocalObject.Deleted d -> {}
                    case LocalObject.Absent a -> {}
                    default -> throw new AssertionError(found.toString());
                }
            }
        }
        writer.join();
        assertThat(writes).hasValue(40);
        assertThat(present).isPositive();
    }

    @Test
    void lookUpsLeaveNoDescriptorsOpen() throws IOException {
        put("counted", "x".getBytes(StandardCharsets.UTF_8));
        ObjectPin pin = pin(CONTAINER, "counted");
        ObjectPin other = new ObjectPin("0".repeat(32), 1);
        for (int i = 0; i < 200; i++) {
            local.find(path(CONTAINER, "counted"), Optional.of(0), other);
            ((LocalObject.Present) local.find(path(CONTAINER, "counted"), Optional.of(0), pin))
                    .object()
                    .close();
        }
        try (var descriptors = Files.list(Path.of("/proc/self/fd"))) {
            assertThat(
                            descriptors.filter(
                                    fd -> {
                                        try {
                                            return Files.readSymbolicLink(fd)
                                                    .toString()
                                                    .endsWith(".data");
                                        } catch (IOException e) {
                                            return false;
                                        }
                                    }))
                    .isEmpty();
        }
    }

    private SwiftAccount account(URI authUrl) {
        TempAuth user = new TempAuth(authUrl, "test:tester", "testing");
        Login login = new Login(() -> user.login(client.http()));
        return client.account(login.authentication().await().storageUrl(), login);
    }

    private void put(String object, byte[] bytes) {
        account.putObject(CONTAINER, object, RequestBody.of(Buffer.buffer(bytes))).await();
    }

    private StoredObject present(String container, String object) {
        LocalObject found =
                local.find(path(container, object), Optional.empty(), pin(container, object));
        assertThat(found).isInstanceOf(LocalObject.Present.class);
        return ((LocalObject.Present) found).object();
    }

    private LocalObject at(long second, ObjectPin pin) {
        LocalObjects then =
                new LocalObjects(
                        swift.devices(),
                        conf,
                        rings,
                        XattrMetadata.INSTANCE,
                        () -> Instant.ofEpochSecond(second));
        LocalObject found = then.find(path(CONTAINER, "mortal"), Optional.of(0), pin);
        if (found instanceof LocalObject.Present(var object)) {
            object.close();
        }
        return found;
    }

    private LocalObject.Reason reason(String object) {
        return reason(CONTAINER, object, pin(CONTAINER, object));
    }

    private LocalObject.Reason reason(String container, String object, ObjectPin pin) {
        return ((LocalObject.NotItself) local.find(path(container, object), Optional.empty(), pin))
                .reason();
    }

    private ObjectPin pin(String container, String object) {
        return account.headObject(container, object, ReadOptions.none())
                .await()
                .pin()
                .orElseThrow();
    }

    private List<Path> files(String container, String object) throws IOException {
        List<Path> files = new ArrayList<>();
        for (Path device : swift.devices()) {
            Path folder = folder(device, container, object);
            if (Files.exists(folder)) {
                try (var list = Files.list(folder)) {
                    files.addAll(list.sorted().toList());
                }
            }
        }
        return files;
    }

    private Path folder(Path device, String container, String object) throws IOException {
        PathHash hash = conf.hasher().object(path(container, object));
        StoragePolicy policy = conf.policy(0).orElseThrow();
        return ObjectFolder.of(device, policy, rings.object(policy).partPower(), hash);
    }

    private static ObjectPath path(String container, String object) {
        return new ObjectPath("AUTH_test", container, object);
    }

    private static RequestBody body(String text) {
        return RequestBody.of(Buffer.buffer(text));
    }

    private static MultiMap headers(String... pairs) {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap();
        for (int i = 0; i < pairs.length; i += 2) {
            headers.set(pairs[i], pairs[i + 1]);
        }
        return headers;
    }

    private static String encoded(String text) {
        return PathEncoding.segment(text);
    }

    private static String md5(String text) throws IOException {
        try {
            byte[] digest =
                    MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IOException(e);
        }
    }

    private static byte[] read(StoredObject object) throws IOException {
        try (FileChannel channel = object.channel()) {
            ByteBuffer bytes = ByteBuffer.allocate((int) object.length());
            while (bytes.hasRemaining() && channel.read(bytes) >= 0) {}
            return bytes.array();
        }
    }
}
