package io.zerocloud.swift.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zerocloud.swift.ObjectPath;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RingTest {
    @TempDir Path folder;

    @Test
    void hashesAsSwiftDoes() {
        // python3 -c "hashlib.md5(b'pre/AUTH_test/c/\xc3\xbcsuf').hexdigest()"
        PathHasher hasher = new PathHasher(bytes("pre"), bytes("suf"));
        PathHash hash = hasher.object(new ObjectPath("AUTH_test", "c", "ü"));

        assertThat(hash.hex()).isEqualTo("d8384158a4ebbb60fbe3ab01b9b73498");
        assertThat(hash.suffix()).isEqualTo(hash.hex().substring(29));
        assertThat(hash.partition(8)).isEqualTo(Integer.parseInt(hash.hex().substring(0, 2), 16));
        assertThat(hash.partition(0)).isZero();
        assertThatThrownBy(() -> new PathHasher(bytes(""), bytes("")))
                .hasMessageContaining("swift_hash_path_suffix");
    }

    @Test
    void aBuiltRingIsBalancedSpreadAndReproducible() {
        Ring ring = RingBuilder.build(8, 3, devices(4));

        int[] load = new int[4];
        for (int partition = 0; partition < ring.partitions(); partition++) {
            List<RingDevice> primaries = ring.primaries(partition);
            assertThat(new HashSet<>(primaries)).hasSize(3);
            primaries.forEach(device -> load[device.id()]++);
            assertThat(ring.handoffs(partition, 10))
                    .hasSize(1)
                    .doesNotContainAnyElementsOf(primaries);
        }
        assertThat(load).containsOnly(192);
        assertThat(RingBuilder.build(8, 3, devices(4)).assignment())
                .isDeepEqualTo(ring.assignment());
    }

    @Test
    void twoDevicesOfOneZoneDoNotShareAPartition() {
        List<RingDevice> devices =
                IntStream.range(0, 6)
                        .mapToObj(
                                i ->
                                        new RingDevice(
                                                i, 1, i / 2, "127.0.0." + (i / 2), 6200, "d" + i))
                        .toList();
        Ring ring = RingBuilder.build(6, 3, devices);
        for (int partition = 0; partition < ring.partitions(); partition++) {
            assertThat(ring.primaries(partition).stream().map(RingDevice::zone))
                    .containsExactlyInAnyOrder(0, 1, 2);
        }
    }

    @Test
    void readsWhatItWrote() throws IOException {
        Path file = folder.resolve("object.ring.gz");
        Ring ring = RingBuilder.build(7, 2, devices(3));
        RingFile.write(ring, file);
        Ring read = RingFile.read(file);

        assertThat(read.devices()).isEqualTo(ring.devices());
        assertThat(read.assignment()).isDeepEqualTo(ring.assignment());
        assertThat(read.partPower()).isEqualTo(7);
        assertThat(read.replicas()).isEqualTo(2.0);
        assertThat(read.version()).contains(1L);
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "pickled,  80027d71, is not in the R1NG format",
        "version2, 52314e470002, has format version 2",
        "cut off,  52314e4700010000ffff7b, is cut off",
        "JSON,     52314e470001000000017b, has no readable JSON head",
        "shift,    52314e470001000000117b22706172745f7368696674223a2d317d, part_shift",
    })
    void saysWhatIsWrongWithARingFile(String name, String hex, String message) throws IOException {
        Path file = folder.resolve("object.ring.gz");
        try (var out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write(java.util.HexFormat.of().parseHex(hex));
        }
        assertThatThrownBy(() -> RingFile.read(file))
                .isInstanceOf(RingFormatException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining(message);
    }

    @Test
    void refusesAnAssignmentToNoDevice() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        byte[] head =
                bytes(
                        "{\"devs\":[null,{\"id\":1,\"ip\":\"::1\",\"port\":6200,\"device\":\"d1\"}],"
                                + "\"part_shift\":31,\"replica_count\":1,\"byteorder\":\"big\"}");
        out.writeInt(0x52314e47);
        out.writeShort(1);
        out.writeInt(head.length);
        out.write(head);
        out.writeShort(1);
        out.writeShort(0);
        Path file = folder.resolve("object.ring.gz");
        try (var gzip = new GZIPOutputStream(Files.newOutputStream(file))) {
            bytes.writeTo(gzip);
        }
        assertThatThrownBy(() -> RingFile.read(file))
                .isInstanceOf(RingFormatException.class)
                .hasMessageContaining("device id 0: assigned, but not in the list");
    }

    @Test
    void anOverwrittenRingIsReadAnewAndADamagedOneIsNot() throws IOException {
        Path file = folder.resolve("object.ring.gz");
        RingFile.write(RingBuilder.build(4, 1, devices(1)), file);
        Rings rings = new Rings(folder, Duration.ZERO);
        StoragePolicy policy =
                new StoragePolicy(
                        0, "gold", List.of(), StoragePolicy.Type.REPLICATION, true, false);
        assertThat(rings.object(policy).devices()).hasSize(1);

        RingFile.write(RingBuilder.build(4, 2, devices(2)), file);
        assertThat(rings.object(policy).devices()).hasSize(2);

        Files.writeString(file, "not a ring");
        assertThat(rings.object(policy).devices()).hasSize(2);
    }

    private static List<RingDevice> devices(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new RingDevice(i, 1, i + 1, "127.0.0." + (11 + i), 6200, "d1"))
                .toList();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
