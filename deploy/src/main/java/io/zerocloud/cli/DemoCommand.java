package io.zerocloud.cli;

import io.zerocloud.cli.guest.SampleGuest;
import io.zerocloud.demo.Demo;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code zerocloud demo}: the main job, seen in under a minute. */
@Command(
        name = "demo",
        description = {
            "Starts a cluster of four storage nodes on this machine, fills it with text, compiles a word"
                    + " counter, posts it as a zapp, and compares with downloading the text.",
            "Needs no server and leaves nothing behind."
        },
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:the job gave the right answer", "1:it did not, or something is missing"},
        footerHeading = "%nExamples:%n",
        footer = {"  zerocloud demo"})
public final class DemoCommand implements Callable<Integer> {
    private static final String SAMPLE = "wordcount";

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        // Before the first logger is made.
        System.setProperty("zerocloud.log", "WARN");
        PrintWriter out = spec.commandLine().getOut();
        out.println("zerocloud cc -O2 " + SampleGuest.source(SAMPLE) + " -o " + SAMPLE);
        out.flush();
        new Demo(out).run(SampleGuest.compile(SAMPLE));
        return 0;
    }
}
