package io.zerocloud.cli;

import io.zerocloud.serve.EmbeddedCluster;
import io.zerocloud.serve.Roles;
import io.zerocloud.swift.store.StoreConfig;
import io.zerocloud.swift.store.StoreUser;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code zerocloud serve}: runs a server until it is told to stop. */
@Command(
        name = "serve",
        description =
                "Serves jobs next to the data: a whole cluster on this machine, or the roles that a"
                        + " configuration file names beside an existing Swift.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:stopped by SIGTERM or SIGINT",
            "1:the directory is in use, the port is taken, or the sandbox cannot run here",
            "2:wrong usage or configuration"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  zerocloud serve --embedded /tmp/store",
            "  ST_AUTH=http://127.0.0.1:8080/auth/v1.0 ST_USER=test:tester ST_KEY=testing swift list",
            "  zerocloud serve --config /etc/zerocloud/zerocloud.yaml"
        })
public final class ServeCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @ArgGroup(multiplicity = "1")
    private What what = new What();

    /** One of the two. */
    static final class What {
        @Option(
                names = "--embedded",
                paramLabel = "DIR",
                description =
                        "A cluster of four storage nodes in this directory; laid out if it is new.")
        private @Nullable Path directory;

        @Option(
                names = "--config",
                paramLabel = "FILE",
                description = "The roles that this file names: proxy, node, or both.")
        private @Nullable Path config;
    }

    @Option(
            names = "--port",
            defaultValue = "8080",
            description =
                    "With --embedded: the port, 0 for any free one; ${DEFAULT-VALUE} by default.")
    private int port;

    @Option(
            names = "--host",
            defaultValue = "127.0.0.1",
            description =
                    "With --embedded: the address to listen on; ${DEFAULT-VALUE} by default. Keys and"
                            + " tokens are not encrypted: off loopback only where the network is yours,"
                            + " such as in a container.")
    private String host;

    @Option(
            names = "--user",
            paramLabel = "ACCOUNT:USER:KEY[:GROUP...]",
            description =
                    "With --embedded: who may authenticate, as often as needed; without a group the"
                            + " owner of the account. test:tester:testing by default.")
    private List<String> users = new ArrayList<>();

    @Option(
            names = "--image",
            paramLabel = "NAME=TAR",
            description = "With --embedded: a system image that jobs can use, as often as needed.")
    private Map<String, Path> images = new LinkedHashMap<>();

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        Path directory = what.directory;
        if (directory != null) {
            requireEmbedded();
            List<StoreUser> known = users.stream().map(this::user).toList();
            StoreUser first = known.isEmpty() ? StoreConfig.DEFAULT_USER : known.getFirst();
            EmbeddedCluster cluster =
                    EmbeddedCluster.start(
                            EmbeddedCluster.Config.in(directory)
                                    .withHost(host)
                                    .withPort(port)
                                    .withUsers(known.isEmpty() ? List.of(first) : known)
                                    .withSystemImages(images));
            out.printf("auth %s %s %s%n", cluster.authUrl(), first.name(), first.key());
            out.flush();
            waitForTheEnd(cluster);
            return 0;
        }
        Path config = what.config;
        if (config == null) {
            throw new ParameterException(
                    spec.commandLine(), "one of --embedded and --config is needed");
        }
        Roles roles;
        try {
            roles = Roles.start(config, System.getenv());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), config + ": " + e.getMessage(), e);
        } catch (NoSuchFileException e) {
            if (config.toString().equals(e.getFile())) {
                throw new ParameterException(spec.commandLine(), "--config: no file " + config, e);
            }
            throw e;
        }
        roles.listening().forEach(line -> out.println("ready " + line));
        out.flush();
        waitForTheEnd(roles);
        return 0;
    }

    /**
     * Never returns: a signal ends it. The JVM would report that as 128 + signal, so the hook ends
     * the process itself, with 0 when all was given back and 1 when not.
     */
    private static void waitForTheEnd(AutoCloseable server) throws InterruptedException {
        Runtime.getRuntime()
                .addShutdownHook(
                        Thread.ofPlatform()
                                .unstarted(
                                        () -> {
                                            int code = 0;
                                            try {
                                                server.close();
                                            } catch (Exception e) {
                                                System.err.println("zerocloud: " + e.getMessage());
                                                code = 1;
                                            }
                                            System.out.flush();
                                            Runtime.getRuntime().halt(code);
                                        }));
        new CountDownLatch(1).await();
    }

    private void requireEmbedded() {
        if (port < 0 || port > 65_535) {
            throw new ParameterException(
                    spec.commandLine(), "--port: " + port + " is not 0 to 65535");
        }
        images.forEach(
                (name, tar) -> {
                    if (!Files.isReadable(tar) || Files.isDirectory(tar)) {
                        throw new ParameterException(
                                spec.commandLine(),
                                "--image " + name + ": " + tar + " is no file that can be read");
                    }
                });
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
