package io.zerocloud.cli;

import io.zerocloud.cli.bench.BenchCommand;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The {@code zerocloud} command. */
@Command(
        name = "zerocloud",
        description = "Runs untrusted programs next to the data in OpenStack Swift.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            ServeCommand.class,
            ClusterCaCommand.class,
            ValidateCommand.class,
            DemoCommand.class,
            RunCommand.class,
            CcCommand.class,
            JobCommand.class,
            NewCommand.class,
            BundleCommand.class,
            DeployCommand.class,
            ExecCommand.class,
            AuthCommand.class,
            BenchCommand.class,
            CommandLine.HelpCommand.class
        },
        footerHeading = "%nExamples:%n",
        footer = {"  zerocloud --version", "  zerocloud help COMMAND"})
public final class ZeroCloud {
    private ZeroCloud() {}

    /**
     * Runs a command line and exits with its code: 0 success, 1 a failure that a line on standard
     * error names, 2 wrong usage, others as the command documents.
     */
    public static void main(String[] args) {
        System.exit(run(args));
    }

    /**
     * The command with everything that all its commands share. What stands behind a guest's name,
     * {@code @FILE} words included, is the guest's.
     */
    static CommandLine commandLine() {
        CommandLine line =
                new CommandLine(new ZeroCloud())
                        .setExpandAtFiles(false)
                        .setExecutionExceptionHandler(new FailureReport(System.getenv()));
        Objects.requireNonNull(line.getSubcommands().get("run")).setStopAtPositional(true);
        return line;
    }

    private static int run(String[] args) {
        try {
            return CcCommand.intercept(args).orElseGet(() -> commandLine().execute(args));
        } catch (RuntimeException | Error e) {
            // Errors pass picocli by, and the compiler's short cut does not go through it.
            new FailureReport(System.getenv())
                    .report(
                            e,
                            "zerocloud",
                            new PrintWriter(System.err, true, StandardCharsets.UTF_8));
            return 1;
        }
    }
}
