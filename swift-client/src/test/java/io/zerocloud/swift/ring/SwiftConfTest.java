package io.zerocloud.swift.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zerocloud.swift.ObjectPath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SwiftConfTest {
    private static final String HASH = "[swift-hash]\nswift_hash_path_suffix = s\n";

    @TempDir Path folder;

    @Test
    void readsPoliciesAndConstraints() throws IOException {
        SwiftConf conf =
                read(
                        HASH
                                + "; a remark\n"
                                + "[storage-policy:0]\n"
                                + "name: gold\n"
                                + "aliases = yellow, Orange\n"
                                + "[storage-policy:3]\n"
                                + "name = deep\n"
                                + "default = Yes\n"
                                + "policy_type = erasure_coding\n"
                                + "[storage-policy:1]\n"
                                + "name = old\n"
                                + "deprecated = true\n"
                                + "[swift-constraints]\n"
                                + "MAX_FILE_SIZE = 99\n");

        assertThat(conf.policies().stream().map(StoragePolicy::index)).containsExactly(0, 1, 3);
        assertThat(conf.defaultPolicy().name()).isEqualTo("deep");
        assertThat(conf.policy("ORANGE").orElseThrow().index()).isZero();
        assertThat(conf.policy(1).orElseThrow().deprecated()).isTrue();
        assertThat(conf.policy(3).orElseThrow().type())
                .isEqualTo(StoragePolicy.Type.ERASURE_CODING);
        assertThat(conf.policy(3).orElseThrow().ringName()).isEqualTo("object-3.ring.gz");
        assertThat(conf.policy(0).orElseThrow().ringName()).isEqualTo("object.ring.gz");
        assertThat(conf.policy(2)).isEmpty();
        assertThat(conf.constraints()).containsEntry("max_file_size", "99");
    }

    @Test
    void hasOnePolicyWhereNoneIsWritten() throws IOException {
        assertThat(read(HASH).policies())
                .singleElement()
                .satisfies(
                        policy -> {
                            assertThat(policy.name()).isEqualTo("Policy-0");
                            assertThat(policy.isDefault()).isTrue();
                        });
        assertThat(read(HASH + "[storage-policy:0]\nname = only\n").defaultPolicy().name())
                .isEqualTo("only");
    }

    @Test
    void takesSecretsOfAnyBytesAndPythonsEscape() throws IOException {
        Path file = folder.resolve("swift.conf");
        Files.write(
                file,
                "[swift-hash]\nswift_hash_path_prefix = 100%%\u00ff\n"
                        .getBytes(StandardCharsets.ISO_8859_1));
        ObjectPath name = new ObjectPath("a", "c", "o");
        assertThat(SwiftConf.read(file).hasher().object(name))
                .isEqualTo(
                        new PathHasher(
                                        "100%\u00ff".getBytes(StandardCharsets.ISO_8859_1),
                                        new byte[0])
                                .object(name));
    }

    @ParameterizedTest(name = "{1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "[swift-hash]~x = 1                          | one of swift_hash_path_prefix",
                "HASH[storage-policy:1]~name = a             | [storage-policy:0]: missing",
                "HASH[storage-policy:0]~x=1~[storage-policy:1]~x=1 | 0 have default = yes",
                "HASH[storage-policy:x]~name = a             | [storage-policy:x]: the index",
                "HASH[storage-policy:0]~policy_type = raid   | \"raid\" is neither",
                "HASHnonsense                                | line 3: neither a [section]",
                "[swift-hash]~swift_hash_path_suffix = 5%    | % must be written %%",
            })
    void saysWhatIsWrong(String text, String message) {
        assertThatThrownBy(() -> read(text.replace("HASH", HASH).replace('~', '\n')))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("swift.conf: ")
                .hasMessageContaining(message);
    }

    private SwiftConf read(String text) throws IOException {
        return SwiftConf.read(Files.writeString(folder.resolve("swift.conf"), text));
    }
}
