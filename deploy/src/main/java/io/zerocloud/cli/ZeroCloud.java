package io.zerocloud.cli;

import io.zerocloud.cli.bench.BenchCommand;
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
            ValidateCommand.class,
            DemoCommand.class,
            RunCommand.class,
            CcCommand.class,
            JobCommand.class,
            BenchCommand.class,
            CommandLine.HelpCommand.class
        },
        footerHeading = "%nExamples:%n",
        footer = {"  zerocloud --version", "  zerocloud help COMMAND"})
public final class ZeroCloud {
    private ZeroCloud() {}

    /**
     * Runs a command line and exits with its code: 0 success, 2 wrong usage, others as the command
     * documents.
     */
    public static void main(String[] args) {
        System.exit(CcCommand.intercept(args).orElseGet(() -> commandLine().execute(args)));
    }

    /**
     * The parser: what stands behind a guest's name, {@code @FILE} words included, is the guest's.
     */
    private static CommandLine commandLine() {
        CommandLine line = new CommandLine(new ZeroCloud()).setExpandAtFiles(false);
        Objects.requireNonNull(line.getSubcommands().get("run")).setStopAtPositional(true);
        return line;
    }
}
