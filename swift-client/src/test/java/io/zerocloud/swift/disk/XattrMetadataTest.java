package io.zerocloud.swift.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class XattrMetadataTest {
    @TempDir Path folder;

    @BeforeEach
    void needsAttributes() throws IOException {
        AttributesNeeded.in(folder);
    }

    @Test
    void readsWhatItWroteAndRefusesWhatSomebodyChanged() throws IOException {
        ObjectMetadata metadata = new ObjectMetadata(Map.of("name", "/a/c/ü", "ETag", "x"));
        try (Descriptor file = Descriptor.create(folder.resolve("o"), 0644)) {
            XattrMetadata.INSTANCE.write(file, folder.resolve("o"), metadata);
            assertThat(XattrMetadata.INSTANCE.read(file)).isEqualTo(metadata);

            byte[] pickle = file.attribute("user.swift.metadata").orElseThrow();
            pickle[pickle.length / 2] ^= 1;
            file.setAttribute("user.swift.metadata", pickle);
            assertThatThrownBy(() -> XattrMetadata.INSTANCE.read(file))
                    .isInstanceOf(DamagedMetadataException.class)
                    .hasMessageContaining("checksum");
        }
    }

    @Test
    void aFileWithoutMetadataIsDamaged() throws IOException {
        try (Descriptor file = Descriptor.create(folder.resolve("o"), 0644)) {
            assertThatThrownBy(() -> XattrMetadata.INSTANCE.read(file))
                    .isInstanceOf(DamagedMetadataException.class)
                    .hasMessageContaining("has no metadata");
        }
    }

    @Test
    void oldMetadataHaveNoChecksum() throws IOException {
        try (Descriptor file = Descriptor.create(folder.resolve("o"), 0644)) {
            ObjectMetadata metadata = new ObjectMetadata(Map.of("name", "/a/c/o"));
            file.setAttribute("user.swift.metadata", MetadataPickle.encode(metadata));
            assertThat(XattrMetadata.INSTANCE.read(file)).isEqualTo(metadata);
        }
    }
}
