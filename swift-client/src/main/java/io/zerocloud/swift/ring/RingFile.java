package io.zerocloud.swift.ring;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipException;

/**
 * The format of {@code *.ring.gz}, version 1 ({@code swift.common.ring.RingData}): gzip of {@code
 * R1NG}, a big-endian u16 version, a big-endian u32 length, that much ASCII JSON, and one row of
 * u16 device ids a replica.
 */
public final class RingFile {
    private static final int MAGIC = 0x52314e47; // R1NG
    private static final int MAX_JSON = 64 << 20;
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private RingFile() {}

    /**
     * Reads a ring file.
     *
     * @throws RingFormatException if it is of another version (pickled rings of Swift before 1.8
     *     included) or damaged
     */
    public static Ring read(Path file) throws IOException {
        try (InputStream raw = Files.newInputStream(file);
                DataInputStream in = new DataInputStream(new GZIPInputStream(raw, 1 << 16))) {
            if (in.readInt() != MAGIC) {
                throw damaged(
                        file,
                        "is not in the R1NG format (a pickled ring of old?);"
                                + " write it anew with swift-ring-builder BUILDER write_ring");
            }
            int version = in.readUnsignedShort();
            if (version != 1) {
                throw damaged(file, "has format version " + version + ", only 1 is understood");
            }
            return readVersion1(file, in);
        } catch (EOFException e) {
            throw damaged(file, "is cut off");
        } catch (ZipException e) {
            throw damaged(file, "is not a gzip file: " + e.getMessage());
        } catch (JsonProcessingException e) {
            throw damaged(file, "has no readable JSON head: " + e.getOriginalMessage());
        } catch (IllegalArgumentException e) {
            throw damaged(file, "is inconsistent: " + e.getMessage());
        }
    }

    /** Writes the ring so that a reader sees the old file or the whole new one. */
    public static void write(Ring ring, Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null) {
            throw new IOException(file + ": is not a file in a folder");
        }
        Path temporary = Files.createTempFile(folder, "." + file.getFileName(), ".tmp");
        try {
            try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                OutputStream raw =
                        new BufferedOutputStream(
                                java.nio.channels.Channels.newOutputStream(channel));
                GZIPOutputStream gzip = new GZIPOutputStream(raw, 1 << 16);
                DataOutputStream out = new DataOutputStream(gzip);
                writeVersion1(ring, out);
                out.flush();
                gzip.finish();
                raw.flush();
                channel.force(true);
            }
            // Servers and agents run under other users than the one who writes rings.
            Files.setPosixFilePermissions(
                    temporary,
                    java.nio.file.attribute.PosixFilePermissions.fromString("rw-r--r--"));
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private static Ring readVersion1(Path file, DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > MAX_JSON) {
            throw damaged(file, "has a JSON head of " + Integer.toUnsignedLong(length) + " bytes");
        }
        byte[] text = in.readNBytes(length);
        if (text.length < length) {
            throw new EOFException();
        }
        JsonNode head = JSON.readTree(text);
        int partShift = intField(head, "part_shift");
        int partPower = 32 - partShift;
        if (partPower < 0 || partPower > Ring.MAX_PART_POWER) {
            throw damaged(file, "has part_shift " + partShift);
        }
        int replicas = intField(head, "replica_count");
        if (replicas < 1 || replicas > Ring.MAX_REPLICAS) {
            throw damaged(file, "has replica_count " + replicas);
        }
        ByteOrder order =
                head.path("byteorder").asText("little").equals("big")
                        ? ByteOrder.BIG_ENDIAN
                        : ByteOrder.LITTLE_ENDIAN;
        char[][] assignment = new char[replicas][];
        for (int i = 0; i < replicas; i++) {
            byte[] row = in.readNBytes(2 << partPower);
            if (row.length % 2 != 0) {
                throw new EOFException();
            }
            assignment[i] = new char[row.length / 2];
            ByteBuffer.wrap(row).order(order).asCharBuffer().get(assignment[i]);
        }
        // Reads the gzip trailer, which carries the check sum over everything above.
        if (in.read() != -1) {
            throw damaged(file, "goes on after the last replica");
        }
        return new Ring(
                partPower,
                devices(head.path("devs")),
                assignment,
                optionalInt(head, "next_part_power"),
                optionalLong(head, "version"));
    }

    private static List<RingDevice> devices(JsonNode list) {
        List<RingDevice> devices = new ArrayList<>();
        int place = 0;
        for (JsonNode device : list) {
            // A removed device leaves a null, so that ids stay places in the list.
            if (!device.isNull()) {
                int id = intField(device, "id");
                if (id != place) {
                    throw new IllegalArgumentException("device " + id + " at place " + place);
                }
                String ip = textField(device, "ip");
                int port = intField(device, "port");
                devices.add(
                        new RingDevice(
                                id,
                                device.path("region").asInt(1),
                                device.path("zone").asInt(1),
                                ip,
                                port,
                                device.path("replication_ip").asText(ip),
                                device.path("replication_port").asInt(port),
                                textField(device, "device"),
                                device.path("weight").asDouble(0),
                                device.path("meta").asText("")));
            }
            place++;
        }
        return devices;
    }

    private static void writeVersion1(Ring ring, DataOutputStream out) throws IOException {
        ObjectNode head = JSON.createObjectNode();
        head.put("byteorder", "little");
        ArrayNode devices = head.putArray("devs");
        int place = 0;
        for (RingDevice device : ring.devices()) {
            for (; place < device.id(); place++) {
                devices.addNull();
            }
            place++;
            devices.addObject()
                    .put("device", device.device())
                    .put("id", device.id())
                    .put("ip", device.ip())
                    .put("meta", device.meta())
                    .put("port", device.port())
                    .put("region", device.region())
                    .put("replication_ip", device.replicationIp())
                    .put("replication_port", device.replicationPort())
                    .put("weight", device.weight())
                    .put("zone", device.zone());
        }
        ring.nextPartPower().ifPresent(power -> head.put("next_part_power", power));
        head.put("part_shift", 32 - ring.partPower());
        head.put("replica_count", ring.assignment().length);
        ring.version().ifPresent(version -> head.put("version", version));
        byte[] text =
                JSON.writer()
                        .without(JsonGenerator.Feature.AUTO_CLOSE_TARGET)
                        .writeValueAsBytes(head);

        out.writeInt(MAGIC);
        out.writeShort(1);
        out.writeInt(text.length);
        out.write(text);
        for (char[] row : ring.assignment()) {
            ByteBuffer bytes = ByteBuffer.allocate(row.length * 2).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asCharBuffer().put(row);
            out.write(bytes.array());
        }
    }

    private static int intField(JsonNode node, String field) {
        JsonNode value = node.path(field);
        if (!value.canConvertToInt() || !value.isIntegralNumber()) {
            throw new IllegalArgumentException(field + ": " + value + " is not a whole number");
        }
        return value.intValue();
    }

    private static String textField(JsonNode node, String field) {
        JsonNode value = node.path(field);
        if (!value.isTextual()) {
            throw new IllegalArgumentException(field + ": " + value + " is not a text");
        }
        return value.textValue();
    }

    private static Optional<Integer> optionalInt(JsonNode node, String field) {
        return node.hasNonNull(field) ? Optional.of(intField(node, field)) : Optional.empty();
    }

    private static Optional<Long> optionalLong(JsonNode node, String field) {
        return node.path(field).isIntegralNumber()
                ? Optional.of(node.path(field).longValue())
                : Optional.empty();
    }

    private static RingFormatException damaged(Path file, String what) {
        return new RingFormatException(file + ": " + what);
    }
}
