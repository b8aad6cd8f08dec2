package io.zerocloud.cli;

import io.zerocloud.cli.app.Project;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code zerocloud bundle}: an archive of a project. */
@Command(
        name = "bundle",
        description =
                "Packs a project into NAME.zapp: its job description and the files that it names.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:written",
            "1:zapp.yaml is missing or wrong, or no file matches",
            "2:wrong usage"
        },
        footerHeading = "%nExample:%n",
        footer = {"  zerocloud bundle hello"})
public final class BundleCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Parameters(
            paramLabel = "DIR",
            defaultValue = ".",
            description = "The project, or a folder in it; here by default.")
    private Path directory;

    @Override
    public Integer call() throws IOException {
        Project.Bundle bundle = Project.find(directory).bundle();
        PrintWriter err = spec.commandLine().getErr();
        bundle.warnings().forEach(warning -> err.println("warning: " + warning));
        err.flush();
        PrintWriter out = spec.commandLine().getOut();
        out.println("created " + bundle.archive().getFileName());
        out.flush();
        return 0;
    }
}
