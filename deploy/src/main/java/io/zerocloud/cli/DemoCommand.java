package io.zerocloud.cli;

import io.zerocloud.cli.guest.SampleGuest;
import io.zerocloud.demo.Demo;
import io.zerocloud.demo.MapReduceDemo;
import io.zerocloud.folder.ScratchFolder;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code zerocloud demo}: the main job, seen in under a minute. */
@Command(
        name = "demo",
        description = {
            "Starts a cluster of four storage nodes on this machine, fills it with text, compiles a word"
                    + " counter, posts it as a zapp, and compares with downloading the text.",
            "With --map-reduce, mappers send the counts of each word to reducers, which add them up.",
            "Needs no server and leaves nothing behind."
        },
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:the job gave the right answer", "1:it did not, or something is missing"},
        footerHeading = "%nExamples:%n",
        footer = {"  zerocloud demo", "  zerocloud demo --map-reduce"})
public final class DemoCommand implements Callable<Integer> {
    private static final String SAMPLE = "wordcount";

    @Spec private CommandSpec spec;

    @Option(
            names = "--map-reduce",
            description = "The second step: nodes that are connected to each other.")
    private boolean mapReduce;

    @Override
    public Integer call() throws Exception {
        // Before the first logger is made.
        System.setProperty("zerocloud.log", "WARN");
        PrintWriter out = spec.commandLine().getOut();
        if (mapReduce) {
            mapReduce(out);
            return 0;
        }
        out.println("zerocloud cc -O2 " + SampleGuest.source(SAMPLE) + " -o " + SAMPLE);
        out.flush();
        new Demo(out).run(SampleGuest.compile(SAMPLE));
        return 0;
    }

    private static void mapReduce(PrintWriter out) throws Exception {
        for (String sample : new String[] {"wordmap", "wordreduce"}) {
            out.println("zerocloud cc -O2 " + SampleGuest.source(sample) + " -o " + sample);
        }
        out.flush();
        try (ScratchFolder folder = ScratchFolder.create("zerocloud-demo")) {
            new MapReduceDemo(out)
                    .run(
                            folder.path(),
                            SampleGuest.compile("wordmap"),
                            SampleGuest.compile("wordreduce"));
        }
    }
}
