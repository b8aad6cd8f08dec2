package io.zerocloud.cli;

import io.zerocloud.cli.bench.BenchCommand;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The {@code zerocloud} command. */
@Command(
        name = "zerocloud",
        description = "Runs untrusted programs next to the data in OpenStack Swift.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        footerHeading = "%nExamples:%n",
        footer = {"  zerocloud --version", "  zerocloud help COMMAND"})
public final class ZeroCloud {
    /** In the order of the help. */
    private static final List<Class<?>> COMMANDS =
            List.of(
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
                    CommandLine.HelpCommand.class);

    private ZeroCloud() {}

    /**
     * Runs a command line and exits with its code: 0 success, 1 a failure that a line on standard
     * error names, 2 wrong usage, others as the command documents.
     */
    public static void main(String[] args) {
        System.exit(run(args));
    }

    /**
     * The command with what all its commands share, and as many of these as a command line can ask
     * for: to look at the options of all takes longer than most commands do. What stands behind a
     * guest's name, {@code @FILE} words included, is the guest's.
     *
     * @param args the command line
     */
    static CommandLine commandLine(String... args) {
        CommandLine line = new CommandLine(new ZeroCloud());
        commands(args).forEach(line::addSubcommand);
        // Commands that are added later would not hear of these.
        line.setExpandAtFiles(false)
                .setExecutionExceptionHandler(new FailureReport(System.getenv()));
        CommandLine run = line.getSubcommands().get("run");
        if (run != null) {
            run.setStopAtPositional(true);
        }
        return line;
    }

    private static List<Class<?>> commands(String[] args) {
        if (args.length == 1 && args[0].equals("--version")) {
            return List.of();
        }
        for (Class<?> command : COMMANDS) {
            if (args.length > 0
                    && args[0].equals(command.getAnnotation(Command.class).name())
                    && command != CommandLine.HelpCommand.class) {
                return List.of(command);
            }
        }
        return COMMANDS;
    }

    private static int run(String[] args) {
        try {
            return CcCommand.intercept(args).orElseGet(() -> commandLine(args).execute(args));
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
