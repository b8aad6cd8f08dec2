package io.zerocloud.cli;

import io.zerocloud.job.Job;
import io.zerocloud.job.JobLimits;
import io.zerocloud.job.JobParser;
import io.zerocloud.job.JobRefused;
import io.zerocloud.job.source.Script;
import io.zerocloud.plan.Plan;
import io.zerocloud.plan.PlanSettings;
import io.zerocloud.plan.Planner;
import io.zerocloud.plan.snapshot.SnapshotParser;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code zerocloud job}: explains what a job would do, without a server. */
@Command(
        name = "job",
        description = "Explains what a job would do: its sessions, where they run and why.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:the job can run",
            "1:the job is refused; what is wrong is on standard error",
            "2:wrong usage, or a file cannot be read"
        },
        footerHeading = "%nExample:%n",
        footer = {
            "  echo /AUTH_test/data/a.txt > listing",
            "  zerocloud job --plan wordcount.json --objects listing",
            "",
            "The formats of jobs and listings are in docs/reference/job-format.md."
        })
public final class JobCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "A job in JSON, or a script that starts with #!")
    private Path file;

    @Option(
            names = "--plan",
            required = true,
            description = "Print the explained plan; nothing is run.")
    private boolean plan;

    @Option(
            names = "--objects",
            required = true,
            paramLabel = "LISTING",
            description = "The store: JSON, or one /account/container/object a line.")
    private Path objects;

    @Option(names = "--json", description = "Print JSON, also for a refusal.")
    private boolean json;

    @Override
    public Integer call() {
        if (!plan) {
            throw new ParameterException(spec.commandLine(), "--plan cannot be switched off");
        }
        SnapshotParser.Read given = listing();
        byte[] document = read(file);
        PrintWriter out = spec.commandLine().getOut();
        try {
            Plan placed = place(document, given);
            if (json) {
                out.println(placed.explainJson().toPrettyString());
            } else {
                out.print(placed.explain());
            }
            out.flush();
            return 0;
        } catch (JobRefused refused) {
            if (json) {
                out.println(refused.json().toPrettyString());
                out.flush();
            } else {
                PrintWriter err = spec.commandLine().getErr();
                err.print(refused.body());
                err.flush();
            }
            return 1;
        }
    }

    private static Plan place(byte[] document, SnapshotParser.Read given) throws JobRefused {
        boolean script = document.length > 1 && document[0] == '#' && document[1] == '!';
        Job job =
                script
                        ? Script.parse(document)
                                .job(given.context(), JobLimits.DEFAULT, Optional.empty())
                        : JobParser.parse(document, given.context(), JobLimits.DEFAULT);
        Planner planner = new Planner(PlanSettings.DEFAULT);
        Plan pinned = planner.pin(planner.expand(job, given.store()), given.store());
        return planner.place(pinned, given.store().cluster(), given.store());
    }

    private SnapshotParser.Read listing() {
        try {
            return SnapshotParser.parse(read(objects));
        } catch (IOException | IllegalArgumentException e) {
            throw new ParameterException(
                    spec.commandLine(), objects + " is not a listing: " + e.getMessage(), e);
        }
    }

    private byte[] read(Path from) {
        try {
            return Files.readAllBytes(from);
        } catch (NoSuchFileException e) {
            throw new ParameterException(spec.commandLine(), "no file " + from, e);
        } catch (IOException e) {
            throw new ParameterException(spec.commandLine(), "cannot read " + from + ": " + e, e);
        }
    }
}
