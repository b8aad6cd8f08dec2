package io.zerocloud.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.zerocloud.cli.app.AccountOptions;
import io.zerocloud.cli.app.Site;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code zerocloud auth}: a token, for curl. */
@Command(
        name = "auth",
        description = "Logs in and prints the token and the account's address.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:logged in", "1:refused", "2:wrong usage"},
        footerHeading = "%nExample:%n",
        footer = {"  zerocloud auth -A http://127.0.0.1:8080/auth/v1.0 -U test:tester -K testing"})
public final class AuthCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Mixin private AccountOptions account = new AccountOptions();

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        try (Site site = SiteOf.options(account, spec)) {
            PrintWriter out = spec.commandLine().getOut();
            String token = site.authentication().token();
            String url = site.account().storageUrl().toString();
            if (json) {
                ObjectNode answer = new ObjectMapper().createObjectNode();
                answer.put("token", token).put("storage_url", url);
                out.println(answer);
            } else {
                out.println("Auth token: " + token);
                out.println("Storage URL: " + url);
            }
            out.flush();
            return 0;
        }
    }
}
