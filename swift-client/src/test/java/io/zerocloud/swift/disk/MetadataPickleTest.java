package io.zerocloud.swift.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class MetadataPickleTest {
    private static final JsonMapper JSON = new JsonMapper();

    static Stream<Arguments> pickles() throws IOException {
        return lines("pickles.txt").map(cells -> Arguments.of(cells[0], cells[1], cells[2]));
    }

    static Stream<Arguments> badPickles() throws IOException {
        return lines("bad-pickles.txt").map(cells -> Arguments.of(cells[0], cells[1]));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("pickles")
    void readsWhatPythonWrites(String name, String hex, String json) throws IOException {
        ObjectMetadata read = MetadataPickle.decode(HexFormat.of().parseHex(hex));

        assertThat(read.values())
                .isEqualTo(JSON.readValue(json, new TypeReference<Map<String, String>>() {}));
        assertThat(MetadataPickle.decode(MetadataPickle.encode(read))).isEqualTo(read);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badPickles")
    void refusesEverythingElse(String name, String hex) {
        assertThatThrownBy(() -> MetadataPickle.decode(HexFormat.of().parseHex(hex)))
                .isInstanceOf(DamagedMetadataException.class);
    }

    @Test
    void writesTheBytesThatPythonWould() throws IOException {
        String[] cells =
                lines("pickles.txt").filter(c -> c[0].equals("plain")).findFirst().orElseThrow();

        assertThat(HexFormat.of().formatHex(MetadataPickle.encode(metadata(cells[2]))))
                .isEqualTo(cells[1]);
    }

    @Test
    void refusesMarksWithoutEnd() {
        byte[] pickle = new byte[200_000];
        Arrays.fill(pickle, (byte) '(');

        assertThatThrownBy(() -> MetadataPickle.decode(pickle))
                .isInstanceOf(DamagedMetadataException.class);
    }

    @Test
    void anyBytesGiveMetadataOrDamage() throws IOException {
        byte[] good = MetadataPickle.encode(metadata("{\"name\":\"/a/c/o\",\"ETag\":\"x\"}"));
        Random random = new Random(1);
        for (int round = 0; round < 20_000; round++) {
            byte[] pickle = good.clone();
            for (int i = random.nextInt(4); i >= 0; i--) {
                pickle[random.nextInt(pickle.length)] = (byte) random.nextInt(256);
            }
            try {
                MetadataPickle.decode(pickle);
            } catch (DamagedMetadataException e) {
                assertThat(e.getMessage()).startsWith("metadata pickle: ");
            }
        }
    }

    private static ObjectMetadata metadata(String json) throws IOException {
        return new ObjectMetadata(
                JSON.readValue(json, new TypeReference<LinkedHashMap<String, String>>() {}));
    }

    private static Stream<String[]> lines(String resource) throws IOException {
        try (InputStream in = MetadataPickleTest.class.getResourceAsStream(resource)) {
            String text =
                    new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
            return text.lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split(" \\| ", -1));
        }
    }
}
