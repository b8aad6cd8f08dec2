package io.zerocloud.cli;

import io.zerocloud.cli.guest.FolderImage;
import io.zerocloud.sandbox.local.ExitCode;
import io.zerocloud.sandbox.local.ManifestRun;
import io.zerocloud.sandbox.local.ProgramRun;
import io.zerocloud.sandbox.session.Backing;
import io.zerocloud.sandbox.session.Engine;
import io.zerocloud.sandbox.session.EngineConfig;
import io.zerocloud.sandbox.session.EngineException;
import io.zerocloud.sandbox.session.Limits;
import io.zerocloud.sandbox.session.Link;
import io.zerocloud.sandbox.session.Report;
import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code zerocloud run}: one guest on this machine. */
@Command(
        name = "run",
        description = "Runs one guest program on this machine, in the sandbox that agents use.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "N:the guest's own code, its low eight bits",
            "2:wrong usage",
            "124:the time-out was reached",
            "125:the engine or a channel failed",
            "126:the program was refused by the loader or the validator",
            "127:the program or a file was not found",
            "128+S:the guest died of signal S (137: out of memory, 159: forbidden call)",
            "with --manifest:the original's: 0, 2, 4, 5, 8, 12, 14, 22, 23"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  zerocloud run hello.nexe",
            "  zerocloud run --image .,/work --env HOME=/work grep.nexe -c main prog.c",
            "  zerocloud run --memory 256m --timeout 10 sort.nexe @numbers.txt",
            "  zerocloud run --export results.tar,/results report.nexe @numbers.txt",
            "  zerocloud run --image root.tar --env LANG=C python.nexe -c 'print(1)'",
            "  zerocloud run --manifest job.manifest"
        })
final class RunCommand implements Callable<Integer> {
    private static final Pattern SIZE = Pattern.compile("(\\d{1,12})([kmgKMG]?)");

    @Option(
            names = "--image",
            paramLabel = "TAR[,DIR]",
            description =
                    "mount a tar file, or what is in a folder, for guests of the guest library; at / without DIR."
                            + " Repeatable.")
    private List<String> images = new ArrayList<>();

    @Option(
            names = "--export",
            paramLabel = "TAR,DIR",
            description =
                    "when the guest exits, pack its directory DIR into this tar file. Repeatable.")
    private List<String> exports = new ArrayList<>();

    @Option(
            names = "--env",
            paramLabel = "NAME=VALUE",
            description = "a variable of the guest. Repeatable.")
    private List<String> environment = new ArrayList<>(); // a map's values could hold no quotes

    @Option(
            names = "--memory",
            paramLabel = "SIZE",
            defaultValue = "4g",
            description =
                    "the guest's memory, with k, m or g; at most 4g. Default: ${DEFAULT-VALUE}")
    private String memory = "4g";

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "50",
            description = "wall-clock limit. Default: ${DEFAULT-VALUE}, none under --debug")
    private double timeout;

    @Option(names = "--jail", description = "let the guest make code executable, validated first.")
    private boolean jail;

    @Option(
            names = "--report",
            description =
                    "print the report as JSON on standard error: state, times, channels, protections.")
    private boolean report;

    @Option(
            names = "--debug",
            description =
                    "hold the guest until a debugger has attached; without namespaces, traceable.")
    private boolean debug;

    @Option(
            names = "--manifest",
            paramLabel = "FILE",
            description = "run a ZeroVM manifest and print the original's report lines.")
    private Optional<Path> manifest = Optional.empty();

    @Parameters(
            paramLabel = "PROGRAM [ARG...]",
            description = "@FILE binds a file to a channel of the guest.")
    private List<String> words = new ArrayList<>();

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        if (manifest.isPresent() != words.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(), "either a program or --manifest is needed");
        }
        EngineConfig config = EngineConfig.defaults().withPoolSize(1);
        if (debug) {
            config = config.withDebug(this::awaitDebugger);
        }
        try (Engine engine = Engine.start(config.withMemoryBudgetBytes(4 * Limits.MAX_MEMORY))) {
            return manifest.isPresent() ? runManifest(engine, manifest.get()) : runProgram(engine);
        } catch (EngineException e) {
            return fail(String.valueOf(e.getMessage()), ExitCode.ENGINE);
        }
    }

    private int runManifest(Engine engine, Path file) throws InterruptedException {
        ManifestRun.Result result = ManifestRun.run(engine, file);
        spec.commandLine().getOut().print(result.report());
        spec.commandLine().getOut().flush();
        return result.exitCode();
    }

    private Map<String, String> environment() {
        Map<String, String> variables = new LinkedHashMap<>();
        for (String variable : environment) {
            int end = variable.indexOf('=');
            if (end < 0) {
                throw new ParameterException(
                        spec.commandLine(), "--env: " + variable + " is not NAME=VALUE");
            }
            variables.put(variable.substring(0, end), variable.substring(end + 1));
        }
        return variables;
    }

    private int runProgram(Engine engine) throws InterruptedException {
        Map<String, String> variables = environment();
        List<ProgramRun.Export> packed = exports.stream().map(this::export).toList();
        Limits limits = limits();
        try {
            List<ProgramRun.Image> mounted = new ArrayList<>();
            for (String image : images) {
                mounted.add(tarOf(image(image)));
            }
            ProgramRun run =
                    new ProgramRun(
                            Path.of(words.getFirst()),
                            words.subList(1, words.size()),
                            variables,
                            mounted,
                            packed,
                            limits,
                            jail);
            Report result = run.run(engine, streams());
            if (report) {
                System.err.println(ReportJson.of(result, engine.protections()));
            }
            if (result.guestCode().isEmpty()) {
                return fail(result.outcome().cause(), ExitCode.of(result.outcome()));
            }
            return ExitCode.of(result.outcome());
        } catch (EngineException.ProgramRefused e) {
            return fail(String.valueOf(e.getMessage()), ExitCode.REFUSED);
        } catch (NoSuchFileException e) {
            return fail("no such file: " + e.getFile(), ExitCode.NOT_FOUND);
        } catch (AccessDeniedException e) {
            return fail("permission denied: " + e.getFile(), ExitCode.NOT_FOUND);
        } catch (IOException e) {
            return fail(String.valueOf(e.getMessage()), ExitCode.NOT_FOUND);
        } catch (EngineException e) {
            return fail(String.valueOf(e.getMessage()), ExitCode.ENGINE);
        }
    }

    private void awaitDebugger(int pid) {
        String program = words.isEmpty() ? "PROGRAM" : words.getFirst();
        try {
            System.err.printf(
                    "zerocloud run: waiting for a debugger%n  %s%n",
                    GuestDebugger.create().command(pid, program));
            while (Files.readAllLines(Path.of("/proc/" + pid + "/status"))
                    .contains("TracerPid:\t0")) {
                Thread.sleep(100);
            }
        } catch (IOException e) {
            System.err.println("zerocloud run: no debugger: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static ProgramRun.Streams streams() throws IOException {
        FileOutputStream out = new FileOutputStream(FileDescriptor.out);
        return new ProgramRun.Streams(
                Link.standardInput()
                        .<Backing>map(Backing.LinkEnd::new)
                        .orElseGet(
                                () ->
                                        new Backing.FromStream(
                                                new FileInputStream(FileDescriptor.in))),
                out,
                outputsAreOne() ? out : new FileOutputStream(FileDescriptor.err),
                Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false));
    }

    /** Whether a shell was told {@code 2>&1}, or both are the terminal. */
    private static boolean outputsAreOne() {
        Path descriptors = Path.of("/proc/self/fd");
        try {
            return Files.readSymbolicLink(descriptors.resolve("1"))
                    .equals(Files.readSymbolicLink(descriptors.resolve("2")));
        } catch (IOException e) {
            return false;
        }
    }

    private Limits limits() {
        Matcher size = SIZE.matcher(memory);
        if (!size.matches()) {
            throw new ParameterException(
                    spec.commandLine(), "--memory is " + memory + ", must be like 256m or 4g");
        }
        int shift =
                switch (size.group(2).toLowerCase(java.util.Locale.ROOT)) {
                    case "k" -> 10;
                    case "m" -> 20;
                    case "g" -> 30;
                    default -> 0;
                };
        boolean patient =
                debug && !spec.commandLine().getParseResult().hasMatchedOption("--timeout");
        try {
            return new Limits(
                    Long.parseLong(size.group(1)) << shift,
                    patient ? Limits.MAX_TIMEOUT : Duration.ofMillis(Math.round(timeout * 1000)));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    /** A folder becomes a tar in a temporary file that lasts as long as this process. */
    private static ProgramRun.Image tarOf(ProgramRun.Image image) throws IOException {
        if (!Files.isDirectory(image.tar())) {
            return image;
        }
        Path folder = image.tar().toRealPath();
        Path directory = Files.createTempDirectory("zerocloud-image-");
        directory.toFile().deleteOnExit();
        Path tar =
                directory.resolve(
                        folder.getNameCount() == 0 ? "root.tar" : folder.getFileName() + ".tar");
        tar.toFile().deleteOnExit();
        FolderImage.pack(folder, tar);
        return new ProgramRun.Image(tar, image.mountpoint());
    }

    private static ProgramRun.Image image(String text) {
        int comma = text.lastIndexOf(',');
        return comma < 0
                ? new ProgramRun.Image(Path.of(text), "/")
                : new ProgramRun.Image(
                        Path.of(text.substring(0, comma)), text.substring(comma + 1));
    }

    private ProgramRun.Export export(String text) {
        int comma = text.lastIndexOf(',');
        if (comma <= 0 || !text.startsWith("/", comma + 1)) {
            throw new ParameterException(
                    spec.commandLine(), "--export is " + text + ", must be TAR,/DIRECTORY");
        }
        return new ProgramRun.Export(Path.of(text.substring(0, comma)), text.substring(comma + 1));
    }

    private static int fail(String cause, int code) {
        System.err.println("zerocloud run: " + cause);
        return code;
    }
}
