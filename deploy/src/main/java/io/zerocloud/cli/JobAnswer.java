package io.zerocloud.cli;

import io.vertx.core.MultiMap;
import io.zerocloud.cli.app.Site;
import io.zerocloud.cli.app.Summary;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;

/** Posts a job for a command: what it answers is standard output, bytes as they come. */
final class JobAnswer {
    private JobAnswer() {}

    /**
     * A job in a file.
     *
     * @param report whether its JSON report is wanted instead of its outputs
     * @return the command's exit code
     */
    static int of(Site site, Path file, CommandSpec spec, boolean summary, boolean report)
            throws IOException {
        MultiMap headers = Site.headers("Content-Type", Site.typeOf(file));
        if (report) {
            headers.set("X-Zerovm-Report", "1");
        }
        return told(site.run(file, headers, stdout()), spec, summary);
    }

    /** A job description. */
    static int of(Site site, byte[] description, CommandSpec spec, boolean summary)
            throws IOException {
        MultiMap headers = Site.headers("Content-Type", "application/json");
        return told(site.run(description, headers, stdout()), spec, summary);
    }

    private static int told(Site.Answer answer, CommandSpec spec, boolean summary) {
        PrintWriter err = spec.commandLine().getErr();
        if (answer.status() == 204) {
            err.println("this is no ZeroCloud: bare Swift takes a job for metadata");
            err.flush();
            return 1;
        }
        if (summary) {
            Summary.print(answer, err);
        }
        if (answer.status() / 100 != 2) {
            err.println("the job failed: " + answer.status() + " " + answer.reason());
            String error = answer.header("X-Nexe-Error");
            if (!error.isEmpty()) {
                err.println(error);
            }
            err.flush();
            return 1;
        }
        return 0;
    }

    /** Unbuffered: a job may stream, and its output may be anything but text. */
    private static OutputStream stdout() {
        PrintStream out = System.out;
        out.flush();
        return out;
    }
}
