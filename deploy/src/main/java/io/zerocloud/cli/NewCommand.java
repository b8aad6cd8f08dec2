package io.zerocloud.cli;

import io.zerocloud.cli.app.Project;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code zerocloud new}: a project to start from. */
@Command(
        name = "new",
        description = "Makes a project: a program and the zapp.yaml that says how it runs.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:made",
            "1:a file cannot be written; what was made is removed again",
            "2:wrong usage, or a file is there already"
        },
        footerHeading = "%nExample:%n",
        footer = {
            "  zerocloud new hello",
            "",
            "It prints the two commands that compile and run it."
        })
public final class NewCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Parameters(
            paramLabel = "DIR",
            defaultValue = ".",
            description = "Where; made if it is missing. Its name is the project's.")
    private Path directory;

    @Override
    public Integer call() throws IOException {
        String name =
                Project.nameFor(directory)
                        .orElseThrow(
                                () ->
                                        new ParameterException(
                                                spec.commandLine(),
                                                directory
                                                        + ": a project's name has 1 to 56 ASCII letters, digits,"
                                                        + " '.', '_' and '-'"));
        Map<String, String> files = Project.skeleton(name);
        for (String file : files.keySet()) {
            if (Files.exists(directory.resolve(file))) {
                throw new ParameterException(
                        spec.commandLine(), directory.resolve(file) + " exists already");
            }
        }
        PrintWriter out = spec.commandLine().getOut();
        List<Path> made = new ArrayList<>();
        Files.createDirectories(directory);
        try {
            for (Map.Entry<String, String> file : files.entrySet()) {
                Path path = directory.resolve(file.getKey());
                Files.writeString(path, file.getValue(), StandardOpenOption.CREATE_NEW);
                made.add(path);
                out.println("Created " + path);
            }
        } catch (IOException e) {
            for (Path path : made) {
                Files.deleteIfExists(path);
            }
            throw e;
        }
        Path program = directory.resolve(name);
        out.println();
        out.println("  zerocloud cc -O2 -o " + program + " " + directory.resolve(name + ".c"));
        out.println("  zerocloud run " + program + " world");
        out.flush();
        return 0;
    }
}
