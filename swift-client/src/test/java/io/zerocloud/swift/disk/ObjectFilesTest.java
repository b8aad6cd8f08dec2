package io.zerocloud.swift.disk;

import static org.assertj.core.api.Assertions.assertThat;

import io.zerocloud.swift.Timestamp;
import io.zerocloud.swift.disk.ObjectFiles.Name;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ObjectFilesTest {
    /**
     * Each case was put to Swift 2.30.1's get_ondisk_files; times are the last digits of
     * 1700000000.0000N, {@code -} is none.
     */
    @ParameterizedTest(name = "[{0}]")
    @CsvSource(
            delimiter = '|',
            value = {
                // files | data | meta | content type | tombstone | obsolete
                "''                              | -      | -        | -        | -    | ''",
                "1.data                          | 1.data | -        | -        | -    | ''",
                "1.data 2.data                   | 2.data | -        | -        | -    | 1.data",
                "1.data 2.ts                     | -      | -        | -        | 2.ts | 1.data",
                "1.ts 2.data                     | 2.data | -        | -        | -    | 1.ts",
                "2.ts 2.data                     | -      | -        | -        | 2.ts | 2.data",
                "1.data 2.meta                   | 1.data | 2.meta   | -        | -    | ''",
                "2.data 1.meta                   | 2.data | -        | -        | -    | 1.meta",
                "1.data 2.meta 3.meta            | 1.data | 3.meta   | -        | -    | 2.meta",
                "1.data 2+0.meta                 | 1.data | 2+0.meta | 2+0.meta | -    | ''",
                "1.data 2+0.meta 3.meta          | 1.data | 3.meta   | 2+0.meta | -    | ''",
                "1.data 2+0.meta 3+0.meta        | 1.data | 3+0.meta | 3+0.meta | -    | 2+0.meta",
                "1.data 3-1.meta                 | 1.data | 3-1.meta | 3-1.meta | -    | ''",
                "2.meta                          | -      | -        | -        | -    | ''",
                "1.ts 2.meta                     | -      | -        | -        | 1.ts | ''",
                "1.data 2.meta 3.ts              | -      | -        | -        | 3.ts | 1.data 2.meta",
                ".1.data.Xy095a 1.data.tmp x     | -      | -        | -        | -    | ''",
            })
    void choosesAsSwiftDoes(
            String files,
            String data,
            String meta,
            String type,
            String tombstone,
            String obsolete) {
        ObjectFiles chosen =
                ObjectFiles.of(
                        Arrays.stream(files.split(" "))
                                .filter(f -> !f.isEmpty())
                                .map(ObjectFilesTest::full)
                                .toList());

        assertThat(name(chosen.data())).isEqualTo(data);
        assertThat(name(chosen.meta())).isEqualTo(meta);
        assertThat(name(chosen.contentType())).isEqualTo(type);
        assertThat(name(chosen.tombstone())).isEqualTo(tombstone);
        assertThat(chosen.obsolete().stream().map(n -> brief(n.name())).sorted())
                .isEqualTo(obsolete.isEmpty() ? List.of() : List.of(obsolete.split(" ")));
    }

    @Test
    void tellsFragmentsOfAnErasureCode() {
        assertThat(Name.parse("1700000000.00001#3#d.data").orElseThrow().fragment()).isTrue();
        assertThat(Name.parse("1700000000.00001.data").orElseThrow().fragment()).isFalse();
    }

    @Test
    void writesTheNamesItReads() {
        Timestamp time = new Timestamp(170000000000123L, 0x2a);
        Timestamp earlier = new Timestamp(170000000000100L, 0);
        for (Name name :
                List.of(
                        Name.data(time),
                        Name.tombstone(time),
                        Name.meta(time, Optional.empty()),
                        Name.meta(time, Optional.of(time)),
                        Name.meta(time, Optional.of(earlier)))) {
            assertThat(Name.parse(name.name())).contains(name);
        }
        assertThat(Name.meta(time, Optional.of(earlier)).name())
                .isEqualTo("1700000000.00123_000000000000002a-17.meta");
    }

    private static String full(String brief) {
        return brief.replaceFirst("^([0-9])", "1700000000.0000$1");
    }

    private static String brief(String full) {
        return full.replaceFirst("^1700000000.0000", "");
    }

    private static String name(Optional<Name> name) {
        return name.map(n -> brief(n.name())).orElse("-");
    }
}
