package io.zerocloud.cli;

import io.zerocloud.cli.app.AccountOptions;
import io.zerocloud.cli.app.Deployment;
import io.zerocloud.cli.app.Site;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code zerocloud exec}: runs a bundle, from here or from where it was deployed. */
@Command(
        name = "exec",
        description = "Runs a bundle, or what was deployed in a container, and prints its answer.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:the answer was a success", "1:the job failed", "2:wrong usage"},
        footerHeading = "%nExamples:%n",
        footer = {
            "  export ST_AUTH=http://127.0.0.1:8080/auth/v1.0 ST_USER=test:tester ST_KEY=testing",
            "  zerocloud exec hello.zapp",
            "  zerocloud exec --container apps --summary"
        })
public final class ExecCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Mixin private AccountOptions account = new AccountOptions();

    @ArgGroup(multiplicity = "1")
    private What what = new What();

    /** One of the two. */
    static final class What {
        @Parameters(paramLabel = "ZAPP", description = "Sent along with the request.")
        private @Nullable Path zapp;

        @Option(
                names = "--container",
                paramLabel = "CONTAINER",
                description = "Where a bundle was deployed.")
        private @Nullable String container;
    }

    @Option(
            names = {"-s", "--summary"},
            description = "A table of its nodes, on standard error.")
    private boolean summary;

    @Override
    public Integer call() throws IOException {
        try (Site site = SiteOf.options(account, spec)) {
            Path zapp = what.zapp;
            String container = what.container;
            return zapp != null
                    ? JobAnswer.of(site, zapp, spec, summary, false)
                    : JobAnswer.of(
                            site,
                            new Deployment(site, String.valueOf(container)).deployed(),
                            spec,
                            summary);
        }
    }
}
