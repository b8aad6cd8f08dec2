package io.zerocloud.swift.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Debian's {@code swift} command against the store. */
class SwiftCommandIT {
    @TempDir private Path directory;

    @Test
    void doesAllThatPeopleDoWithIt() throws Exception {
        assumeTrue(
                Files.isExecutable(Path.of("/usr/bin/swift")),
                "needs the Debian package python3-swiftclient");
        Path work = Files.createDirectory(directory.resolve("work"));
        try (StoreFixture store = new StoreFixture(directory.resolve("store"))) {
            ProcessBuilder builder =
                    new ProcessBuilder(
                                    Path.of("src/test/swift/clients").toAbsolutePath().toString())
                            .directory(work.toFile())
                            .redirectErrorStream(true);
            StoreUser user = StoreFixture.USERS.getFirst();
            builder.environment().put("ST_AUTH", store.store().authUrl());
            builder.environment().put("ST_USER", user.name());
            builder.environment().put("ST_KEY", user.key());
            builder.environment().put("LC_ALL", "C.UTF-8");
            Process process = builder.start();
            String output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(output).isZero();
            assertThat(output).endsWith("done\n");
        }
    }
}
