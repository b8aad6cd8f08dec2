package io.zerocloud.cli;

import io.zerocloud.cli.app.AccountOptions;
import io.zerocloud.cli.app.Deployment;
import io.zerocloud.cli.app.Site;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code zerocloud deploy}: a bundle into a container. */
@Command(
        name = "deploy",
        description = "Stores a bundle in a container, from where it can be run.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:deployed; with --execute, and its answer was a success",
            "1:it could not be stored, or the job failed",
            "2:wrong usage"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  export ST_AUTH=http://127.0.0.1:8080/auth/v1.0 ST_USER=test:tester ST_KEY=testing",
            "  zerocloud deploy apps hello.zapp --execute",
            "  zerocloud deploy apps hello.zapp --force --open-to .r:*,.rlistings"
        })
public final class DeployCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Mixin private AccountOptions account = new AccountOptions();

    @Parameters(index = "0", paramLabel = "CONTAINER", description = "Made if it is missing.")
    private String container;

    @Parameters(index = "1", paramLabel = "ZAPP", description = "What bundle has written.")
    private Path zapp;

    @Option(
            names = {"-f", "--force"},
            description = "Also into a container that is not empty.")
    private boolean force;

    @Option(names = "--execute", description = "Run it and print what it answers.")
    private boolean execute;

    @Option(
            names = {"-s", "--summary"},
            description = "With --execute: a table of its nodes, on standard error.")
    private boolean summary;

    @Option(
            names = "--open-to",
            paramLabel = "ACL",
            description =
                    "Let others use the container through this app: a read ACL, such as"
                            + " ACCOUNT:USER or .r:*,.rlistings. Adds the rights of the service user.")
    private @Nullable String openTo;

    @Option(
            names = "--service-user",
            paramLabel = "ACCOUNT:USER",
            defaultValue = "zerocloud:service",
            description =
                    "Who acts in such runs: the cluster's swift.service_user; ${DEFAULT-VALUE}.")
    private String serviceUser;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        try (Site site = SiteOf.options(account, spec)) {
            Deployment deployment = new Deployment(site, container);
            String url = deployment.deploy(zapp, force);
            String acl = openTo;
            if (acl != null) {
                deployment.open(url, acl, serviceUser);
            }
            out.println("app deployed to " + site.account().storageUrl() + "/" + container + "/");
            out.flush();
            return execute ? JobAnswer.of(site, deployment.deployed(), spec, summary) : 0;
        }
    }
}
