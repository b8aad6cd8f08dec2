package io.zerocloud.cli;

import io.zerocloud.swift.store.EmbeddedStore;
import io.zerocloud.swift.store.StoreConfig;
import io.zerocloud.swift.store.StoreUser;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code zerocloud serve}: runs a server until it is told to stop. */
@Command(
        name = "serve",
        description = "Serves an object store on this machine.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:stopped by SIGTERM or SIGINT",
            "1:the directory is in use, or the port is taken",
            "2:wrong usage"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  zerocloud serve --embedded /tmp/store",
            "  ST_AUTH=http://127.0.0.1:8080/auth/v1.0 ST_USER=test:tester ST_KEY=testing swift list"
        })
public final class ServeCommand implements Callable<Integer> {
    private static final int NODES = 4;

    @Spec private CommandSpec spec;

    @Option(
            names = "--embedded",
            required = true,
            paramLabel = "DIR",
            description = "Serve the store in this directory; it is laid out if it is new.")
    private Path directory;

    @Option(
            names = "--port",
            defaultValue = "8080",
            description = "The port on 127.0.0.1, 0 for any free one; ${DEFAULT-VALUE} by default.")
    private int port;

    @Option(
            names = "--user",
            paramLabel = "ACCOUNT:USER:KEY[:GROUP...]",
            description =
                    "Who may authenticate, as often as needed; without a group the owner of the"
                            + " account. test:tester:testing by default.")
    private List<String> users = new ArrayList<>();

    @Override
    public Integer call() throws Exception {
        List<StoreUser> known = users.stream().map(this::user).toList();
        StoreUser first = known.isEmpty() ? StoreConfig.DEFAULT_USER : known.getFirst();
        EmbeddedStore store =
                EmbeddedStore.start(
                        directory, known.isEmpty() ? List.of(first) : known, NODES, port);
        CountDownLatch closed = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(
                        Thread.ofPlatform()
                                .unstarted(
                                        () -> {
                                            store.close();
                                            closed.countDown();
                                        }));
        PrintWriter out = spec.commandLine().getOut();
        out.printf("auth %s %s %s%n", store.authUrl(), first.name(), first.key());
        out.flush();
        closed.await();
        return 0;
    }

    private StoreUser user(String text) {
        String[] parts = text.split(":");
        if (parts.length < 3) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--user '" + text + "': must be ACCOUNT:USER:KEY[:GROUP...]");
        }
        List<String> groups =
                parts.length == 3
                        ? List.of(".admin")
                        : List.of(parts).subList(3, parts.length).stream()
                                .filter(group -> !group.isEmpty())
                                .toList();
        try {
            return new StoreUser(parts[0], parts[1], parts[2], groups);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--user: " + e.getMessage(), e);
        }
    }
}
