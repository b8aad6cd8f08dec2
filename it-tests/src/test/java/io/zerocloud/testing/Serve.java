package io.zerocloud.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code zerocloud serve} in processes of their own. */
public final class Serve {
    private Serve() {}

    /**
     * The command as its classes are, without the launcher.
     *
     * @param jvm options such as its heap
     */
    public static ProcessBuilder command(List<String> jvm, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("--enable-native-access=ALL-UNNAMED");
        command.add("--sun-misc-unsafe-memory-access=allow");
        command.addAll(jvm);
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.addAll(List.of("io.zerocloud.cli.ZeroCloud", "serve"));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command);
    }

    /**
     * Waits until it says that it is ready.
     *
     * @param output of the process
     * @param word with which that line begins: {@code auth} of an embedded cluster, {@code ready}
     *     of a role
     * @return the line
     * @throws IOException if it ends without
     */
    public static String awaitReady(BufferedReader output, String word) throws IOException {
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.startsWith(word + " ")) {
                return line;
            }
        }
        throw new IOException("it ended without having said that it is ready");
    }
}
