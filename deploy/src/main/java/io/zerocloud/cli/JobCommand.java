package io.zerocloud.cli;

import io.zerocloud.cli.app.AccountOptions;
import io.zerocloud.cli.app.LocalFolder;
import io.zerocloud.cli.app.Site;
import io.zerocloud.folder.ScratchFolder;
import io.zerocloud.job.Job;
import io.zerocloud.job.JobContext;
import io.zerocloud.job.JobLimits;
import io.zerocloud.job.JobParser;
import io.zerocloud.job.JobRefused;
import io.zerocloud.job.source.Script;
import io.zerocloud.plan.Plan;
import io.zerocloud.plan.PlanSettings;
import io.zerocloud.plan.Planner;
import io.zerocloud.plan.snapshot.SnapshotParser;
import io.zerocloud.request.BodyKind;
import io.zerocloud.run.Images;
import io.zerocloud.sandbox.session.EngineException;
import io.zerocloud.serve.EmbeddedCluster;
import io.zerocloud.swift.store.StoreConfig;
import io.zerocloud.swift.store.StoreUser;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code zerocloud job}: runs a job at a server, or explains without one what it would do. */
@Command(
        name = "job",
        description =
                "Posts a job and prints its answer. Without a server: with --local runs it on the files"
                        + " of a folder, with --plan explains what it would do.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:the answer was a success, or the job can run",
            "1:the job failed or is refused; what is wrong is on standard error",
            "2:wrong usage, or a file cannot be read"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  export ST_AUTH=http://127.0.0.1:8080/auth/v1.0 ST_USER=test:tester ST_KEY=testing",
            "  zerocloud job wordcount.json --summary",
            "  zerocloud job --local . wordcount.json",
            "  echo /AUTH_test/data/a.txt > listing",
            "  zerocloud job --plan wordcount.json --objects listing",
            "",
            "The formats of jobs and listings are in docs/reference/job-format.md."
        })
public final class JobCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Parameters(
            paramLabel = "FILE",
            description =
                    "A job in JSON, an image (tar, also gzip'ed), or a script that starts with #!")
    private Path file;

    @Option(
            names = "--local",
            paramLabel = "DIR",
            description =
                    "Run it on this machine: the folders in DIR are the account's containers, the files"
                            + " beneath them objects. What the job stores is written there.")
    private @Nullable Path local;

    @Option(
            names = "--plan",
            description = "Print the explained plan; nothing is run. Needs --objects.")
    private boolean plan;

    @Option(
            names = "--objects",
            paramLabel = "LISTING",
            description =
                    "With --plan: the store, as JSON, or one /account/container/object a line.")
    private @Nullable Path objects;

    @Option(names = "--json", description = "With --plan: print JSON, also for a refusal.")
    private boolean json;

    @Option(names = "--report", description = "Print the job's JSON report instead of its outputs.")
    private boolean report;

    @Option(
            names = {"-s", "--summary"},
            description = "A table of its nodes, on standard error.")
    private boolean summary;

    @Mixin private AccountOptions account = new AccountOptions();

    @Override
    public Integer call() throws IOException, EngineException {
        if (local != null) {
            return locally(local);
        }
        if (!plan) {
            read(file);
            try (Site site = SiteOf.options(account, spec)) {
                return JobAnswer.of(site, file, spec, summary, report);
            }
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

    private int locally(Path folder) throws IOException, EngineException {
        if (plan) {
            throw new ParameterException(
                    spec.commandLine(), "--local runs the job, --plan does not: one of them");
        }
        if (!Files.isDirectory(folder)) {
            throw new ParameterException(spec.commandLine(), "--local: no folder " + folder);
        }
        read(file);
        // Before the first logger is made.
        System.setProperty("zerocloud.log", "WARN");
        StoreUser user = StoreConfig.DEFAULT_USER;
        try (ScratchFolder scratch = ScratchFolder.create("zerocloud-job");
                EmbeddedCluster cluster =
                        EmbeddedCluster.start(EmbeddedCluster.Config.roomy(scratch.path()));
                Site site = Site.tempAuth(cluster.authUrl(), user.name(), user.key())) {
            LocalFolder account = LocalFolder.upload(site, folder);
            int code = JobAnswer.of(site, file, spec, summary, report);
            PrintWriter err = spec.commandLine().getErr();
            account.download().forEach(path -> err.println("stored " + path));
            err.flush();
            return code;
        }
    }

    private static Plan place(byte[] document, SnapshotParser.Read given)
            throws JobRefused, IOException {
        BodyKind kind =
                BodyKind.of(
                        Optional.empty(),
                        Arrays.copyOf(document, Math.min(document.length, BodyKind.HEAD)));
        Job job =
                switch (kind) {
                    case SCRIPT ->
                            Script.parse(document)
                                    .job(given.context(), JobLimits.DEFAULT, Optional.empty());
                    case TAR, GZIP ->
                            JobParser.parse(
                                    Images.description(document, kind == BodyKind.GZIP),
                                    new JobContext(
                                            given.context().account(),
                                            given.context().systemImages(),
                                            JobContext.UploadedImage.TAR,
                                            given.context().payload()),
                                    JobLimits.DEFAULT);
                    case JSON, UNKNOWN ->
                            JobParser.parse(document, given.context(), JobLimits.DEFAULT);
                };
        Planner planner = new Planner(PlanSettings.DEFAULT);
        Plan pinned = planner.pin(planner.expand(job, given.store()), given.store());
        return planner.place(pinned, given.store().cluster(), given.store());
    }

    private SnapshotParser.Read listing() {
        Path store = objects;
        if (store == null) {
            throw new ParameterException(spec.commandLine(), "--plan needs --objects=LISTING");
        }
        try {
            return SnapshotParser.parse(read(store));
        } catch (IOException | IllegalArgumentException e) {
            throw new ParameterException(
                    spec.commandLine(), store + " is not a listing: " + e.getMessage(), e);
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
