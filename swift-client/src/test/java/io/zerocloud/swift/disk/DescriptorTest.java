package io.zerocloud.swift.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class DescriptorTest {
    @TempDir Path folder;

    @Test
    void staysOnTheFileThatItOpened() throws IOException {
        Path file = Files.writeString(folder.resolve("ü 日"), "first");
        try (Descriptor descriptor = Descriptor.open(file)) {
            Files.delete(file);
            Files.writeString(file, "another one");
            assertThat(descriptor.length()).isEqualTo(5);
            try (FileChannel channel = descriptor.channel()) {
                ByteBuffer bytes = ByteBuffer.allocate(20);
                channel.read(bytes);
                assertThat(new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8))
                        .isEqualTo("first");
            }
        }
    }

    @Test
    void keepsAttributesOfAnyBytes() throws IOException {
        AttributesNeeded.in(folder);
        byte[] value = {0, 1, -1, 127};
        try (Descriptor made = Descriptor.create(folder.resolve("o"), 0644)) {
            assertThat(made.attribute("user.swift.metadata")).isEmpty();
            made.setAttribute("user.swift.metadata", value);
            made.setAttribute("user.empty", new byte[0]);
            made.sync();
            assertThat(made.attribute("user.swift.metadata")).contains(value);
            assertThat(made.attribute("user.empty")).contains(new byte[0]);
        }
    }

    @Test
    void writesThroughAChannel() throws IOException {
        Path file = folder.resolve("o");
        try (Descriptor made = Descriptor.create(file, 0600);
                FileChannel channel = made.channel(StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap("abc".getBytes(StandardCharsets.UTF_8)));
        }
        assertThat(file).hasContent("abc");
    }

    @Test
    @Timeout(value = 20, unit = TimeUnit.SECONDS)
    void opensNothingButRegularFiles() throws IOException, InterruptedException {
        Path file = Files.writeString(folder.resolve("file"), "x");
        Path link = Files.createSymbolicLink(folder.resolve("link"), file);
        Path pipe = folder.resolve("pipe");
        new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor();

        assertThatThrownBy(() -> Descriptor.open(link)).hasMessageContaining("ELOOP");
        assertThatThrownBy(() -> Descriptor.open(pipe)).hasMessageContaining("not a regular file");
        assertThatThrownBy(() -> Descriptor.open(folder))
                .hasMessageContaining("not a regular file");
        assertThatThrownBy(() -> Descriptor.open(Path.of("/dev/null")))
                .hasMessageContaining("not a regular file");
        assertThatThrownBy(() -> Descriptor.open(folder.resolve("none")))
                .isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> Descriptor.create(file, 0644))
                .isInstanceOf(FileAlreadyExistsException.class);
    }

    @Test
    void tellsAFileSystemWithoutAttributes() throws IOException {
        try (Descriptor proc = Descriptor.open(Path.of("/proc/self/stat"))) {
            assertThatThrownBy(() -> proc.attribute("user.swift.metadata"))
                    .isInstanceOf(UnsupportedAttributesException.class);
        }
    }

    @Test
    void isNotUsedAfterItsEnd() throws IOException {
        Descriptor descriptor = Descriptor.create(folder.resolve("o"), 0644);
        descriptor.close();
        descriptor.close();
        assertThatThrownBy(descriptor::number).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> descriptor.attribute("user.a"))
                .isInstanceOf(IllegalStateException.class);
    }
}
