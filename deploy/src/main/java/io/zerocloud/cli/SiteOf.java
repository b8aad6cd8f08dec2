package io.zerocloud.cli;

import io.zerocloud.cli.app.AccountOptions;
import io.zerocloud.cli.app.Site;
import java.io.IOException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Logs a command in. */
final class SiteOf {
    private SiteOf() {}

    /** The account that options and environment name; that they do not is wrong usage. */
    static Site options(AccountOptions options, CommandSpec spec) throws IOException {
        try {
            return Site.open(options, System.getenv());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }
}
