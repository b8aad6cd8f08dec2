package io.zerocloud.toolchain;

import io.zerocloud.sandbox.toolchain.driver.Driver;
import io.zerocloud.sandbox.toolchain.driver.Invocation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Calls the guest compiler in this process. */
final class Compiler {
    private final Map<String, String> environment = new HashMap<>(System.getenv());

    Compiler() {
        environment.putIfAbsent(
                "ZEROCLOUD_HOME", Path.of("..").toAbsolutePath().normalize().toString());
    }

    /** A call's exit code and everything that it printed. */
    record Answer(int status, String output) {}

    Answer run(Path directory, boolean cxx, List<String> arguments) throws IOException {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        Invocation invocation =
                new Invocation(
                        arguments,
                        directory,
                        environment,
                        InputStream.nullInputStream(),
                        output,
                        output);
        int status = new Driver(invocation, cxx).run();
        return new Answer(status, output.toString(StandardCharsets.UTF_8));
    }
}
