package io.zerocloud.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The two steps of the README's demo, as a newcomer types them. */
@Timeout(300)
class DemoIT {
    @TempDir private Path temporary;

    @ParameterizedTest
    @ValueSource(strings = {"demo", "demo --map-reduce"})
    void itShowsTheCountsAndLeavesNothingBehind(String command) throws Exception {
        List<String> words = new ArrayList<>(List.of("./zerocloud"));
        words.addAll(List.of(command.split(" ")));
        ProcessBuilder builder =
                new ProcessBuilder(words)
                        .directory(Path.of("..").toFile())
                        .redirectErrorStream(true);
        builder.environment().put("ZEROCLOUD_JAVA_OPTIONS", "-Djava.io.tmpdir=" + temporary);
        Process demo = builder.start();
        String said = new String(demo.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(demo.waitFor()).as(said).isZero();
        assertThat(said).contains("downloading").doesNotContain("WARN");
        try (Stream<Path> left = Files.list(temporary)) {
            assertThat(left).isEmpty();
        }
    }
}
