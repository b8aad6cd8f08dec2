package io.zerocloud.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.zerocloud.sandbox.elf.ElfRejected;
import io.zerocloud.sandbox.elf.NexeImage;
import io.zerocloud.sandbox.validator.ChunkStream;
import io.zerocloud.sandbox.validator.Disassembler;
import io.zerocloud.sandbox.validator.Validator;
import io.zerocloud.sandbox.validator.Verdict;
import io.zerocloud.sandbox.validator.Violation;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code zerocloud validate}: whether programs may run in the sandbox, and if not, why. */
@Command(
        name = "validate",
        description = "Says whether programs may run in the sandbox, and if not, why.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:every file is accepted; with --batch: every chunk was answered",
            "1:a file is refused or cannot be read; with --batch: the input is malformed"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  zerocloud validate hello.nexe",
            "  zerocloud validate --json *.nexe",
            "  printf '\\002\\0\\0\\0\\017\\005' | zerocloud validate --batch   # syscall: I 0:SYSTEM"
        })
public final class ValidateCommand implements Callable<Integer> {
    /** Larger files are not read. */
    private static final long MAX_FILE = 1L << 30;

    /** Violations printed for people; --json prints all. */
    private static final int SHOWN = 20;

    private static final ObjectMapper JSON = new ObjectMapper();

    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "FILE", arity = "0..*", description = "Guest executables (ELF64).")
    private List<Path> files = new ArrayList<>();

    @Option(names = "--json", description = "One JSON object a line for each file.")
    private boolean json;

    @Option(
            names = "--batch",
            description = {
                "Standard input is chunks of code: a 32-bit little-endian length, then that many"
                        + " bytes, loaded at 0x20000 and padded with nops to 32 bytes. Each is answered"
                        + " with a line: V, or I and offset:reason for each violation (offset decimal)."
            })
    private boolean batch;

    private final Validator validator = Validator.standard();
    private final Disassembler disassembler = new Disassembler();

    @Override
    public Integer call() {
        if (batch == !files.isEmpty() || (batch && json)) {
            throw new ParameterException(
                    spec.commandLine(), "give either FILEs, with or without --json, or --batch");
        }
        return batch ? answerChunks() : judgeFiles();
    }

    private int answerChunks() {
        // Unbuffered: ChunkStream has its own buffers, and available() must tell the truth.
        try (FileInputStream in = new FileInputStream(FileDescriptor.in);
                FileOutputStream out = new FileOutputStream(FileDescriptor.out)) {
            new ChunkStream(validator, in, out).run();
            return 0;
        } catch (IOException e) {
            spec.commandLine().getErr().println("zerocloud validate: " + e.getMessage());
            return 1;
        }
    }

    private int judgeFiles() {
        boolean accepted = true;
        for (Path file : files) {
            Judgement judgement = judge(file);
            accepted &= judgement.accepted();
            PrintWriter out = spec.commandLine().getOut();
            if (json) {
                out.println(toJson(file, judgement));
            } else {
                print(file, judgement, out);
            }
            out.flush();
        }
        return accepted ? 0 : 1;
    }

    /** What became of one file. */
    private sealed interface Judgement {
        boolean accepted();
    }

    private record Unreadable(String message) implements Judgement {
        @Override
        public boolean accepted() {
            return false;
        }
    }

    private record NotLoadable(ElfRejected cause) implements Judgement {
        @Override
        public boolean accepted() {
            return false;
        }
    }

    private record Validated(Verdict verdict, ByteBuffer text) implements Judgement {
        @Override
        public boolean accepted() {
            return verdict.accepted();
        }
    }

    private Judgement judge(Path file) {
        try {
            long size = Files.size(file);
            if (size > MAX_FILE) {
                return new Unreadable(size + " bytes, at most " + MAX_FILE + " are read");
            }
            byte[] content = Files.readAllBytes(file);
            NexeImage image = NexeImage.parse(content);
            byte[] text = image.mappedText(ByteBuffer.wrap(content));
            Verdict verdict = validator.validate(text, 0, text.length, NexeImage.TEXT_ADDRESS);
            return new Validated(verdict, ByteBuffer.wrap(text));
        } catch (ElfRejected e) {
            return new NotLoadable(e);
        } catch (IOException e) {
            String message = Optional.ofNullable(e.getMessage()).orElse("");
            return new Unreadable(e.getClass().getSimpleName() + " " + message);
        }
    }

    private Disassembler.Line disassemble(Validated validated, Violation violation) {
        byte[] text = validated.text().array();
        int offset = violation.offset();
        return disassembler.line(text, offset, text.length, NexeImage.TEXT_ADDRESS + offset);
    }

    private void print(Path file, Judgement judgement, PrintWriter out) {
        switch (judgement) {
            case Unreadable(String message) ->
                    out.printf("%s: cannot be read: %s%n", file, message);
            case NotLoadable(ElfRejected cause) ->
                    out.printf("%s: refused by the loader: %s%n", file, cause.getMessage());
            case Validated validated when validated.accepted() ->
                    out.printf("%s: accepted%n", file);
            case Validated validated -> {
                Verdict verdict = validated.verdict();
                out.printf("%s: refused, %d violation(s)%n", file, verdict.total());
                for (Violation v : verdict.violations().stream().limit(SHOWN).toList()) {
                    Disassembler.Line line = disassemble(validated, v);
                    out.printf(
                            "  %#x  %-24s %-32s %s: %s%n",
                            NexeImage.TEXT_ADDRESS + v.offset(),
                            line.bytes(),
                            line.text(),
                            v.reason(),
                            v.reason().text());
                }
                if (verdict.total() > SHOWN) {
                    out.printf("  and %d more (--json lists them)%n", verdict.total() - SHOWN);
                }
            }
        }
    }

    private ObjectNode toJson(Path file, Judgement judgement) {
        ObjectNode node = JSON.createObjectNode();
        node.put("file", file.toString());
        node.put("accepted", judgement.accepted());
        node.put("validator", validator.version());
        switch (judgement) {
            case Unreadable(String message) -> node.put("error", message);
            case NotLoadable(ElfRejected cause) -> {
                ObjectNode elf = node.putObject("loader");
                elf.put("reason", cause.reason().name());
                elf.put("field", cause.field());
                elf.put("value", Long.toUnsignedString(cause.value()));
                elf.put("rule", cause.rule());
            }
            case Validated validated -> {
                node.put("total", validated.verdict().total());
                ArrayNode violations = node.putArray("violations");
                for (Violation v : validated.verdict().violations()) {
                    Disassembler.Line line = disassemble(validated, v);
                    violations
                            .addObject()
                            .put("offset", v.offset())
                            .put("address", NexeImage.TEXT_ADDRESS + v.offset())
                            .put("reason", v.reason().name())
                            .put("text", v.reason().text())
                            .put("bytes", line.bytes())
                            .put("instruction", line.text());
                }
            }
        }
        return node;
    }
}
