package io.zerocloud.sandbox.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zerocloud.sandbox.guests.Guests;
import io.zerocloud.sandbox.session.Backing;
import io.zerocloud.sandbox.session.Engine;
import io.zerocloud.sandbox.session.EngineConfig;
import io.zerocloud.sandbox.session.Limits;
import io.zerocloud.sandbox.session.Outcome;
import io.zerocloud.sandbox.session.Report;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code zerocloud run} with a manifest and with a program. */
class ManifestRunTest {
    private static Engine engine;

    @TempDir private Path directory;

    @BeforeAll
    static void start() throws Exception {
        engine = Engine.start(EngineConfig.defaults().withPoolSize(1));
    }

    @AfterAll
    static void stop() {
        engine.close();
    }

    private Path nexe(String name) throws Exception {
        return Files.write(directory.resolve(name + ".nexe"), Guests.nexe(name));
    }

    private Path manifest(Path program, String... more) throws Exception {
        String text =
                "Version = 20130611\nProgram = %s\nMemory = 67108864, 0\nTimeout = 5\n"
                                .formatted(program)
                        + "Something = else\na line without a key\n"
                        + String.join("\n", more);
        return Files.writeString(directory.resolve("manifest"), text);
    }

    private String channel(String file, String alias, int type, int etag, String limits) {
        return "Channel = %s, %s, %d, %d, %s".formatted(file, alias, type, etag, limits);
    }

    @Test
    void theOriginalsReportIsPrinted() throws Exception {
        Path out = directory.resolve("out");
        ManifestRun.Result result =
                ManifestRun.run(
                        engine,
                        manifest(
                                nexe("hello"),
                                channel("/dev/null", "/dev/stdin", 0, 0, "1, 1, 0, 0"),
                                channel(out.toString(), "/dev/stdout", 0, 1, "0, 0, 10, 1000"),
                                channel("/dev/null", "/dev/stderr", 0, 0, "0, 0, 10, 1000")));
        String sha1 =
                HexFormat.of()
                        .formatHex(
                                MessageDigest.getInstance("SHA-1")
                                        .digest(
                                                "Hello, ZeroCloud\n"
                                                        .getBytes(StandardCharsets.UTF_8)));
        assertThat(result.exitCode()).isZero();
        assertThat(result.report())
                .matches(
                        "0\n0\n7\n/dev/stdout "
                                + sha1
                                + "\n\\d+\\.\\d\\d \\d+\\.\\d\\d 0 0 1 17 0 0 0 0\nok\n\n");
        assertThat(out).hasContent("Hello, ZeroCloud\n");
    }

    @Test
    void refusalsHaveTheOriginalsCodes() throws Exception {
        assertThat(ManifestRun.run(engine, directory.resolve("missing")).exitCode()).isEqualTo(2);
        assertThat(ManifestRun.run(engine, manifest(directory.resolve("no.nexe"))).exitCode())
                .isEqualTo(2);
        assertThat(ManifestRun.run(engine, manifest(nexe("hello"))).exitCode())
                .as("no stdin")
                .isEqualTo(14);
        Path notElf = Files.writeString(directory.resolve("text.nexe"), "#!/bin/sh\n");
        ManifestRun.Result refused = ManifestRun.run(engine, manifest(notElf));
        assertThat(refused.exitCode()).isEqualTo(8);
        assertThat(refused.report()).startsWith("1\n0\n0\ndisabled\n");
        Path tcp = manifest(nexe("hello"), channel("tcp:1:2", "/dev/in/x", 0, 0, "1, 1, 0, 0"));
        assertThat(ManifestRun.run(engine, tcp).exitCode()).isEqualTo(14);
    }

    @Test
    void malformedManifestsNameTheirRule() {
        assertThatThrownBy(() -> Manifest.parse("Program = x"))
                .hasMessageContaining("Version is missing");
        String head = "Version = 20130611\nProgram = x\nTimeout = 1\n";
        assertThatThrownBy(() -> Manifest.parse(head)).hasMessageContaining("Memory is missing");
        assertThatThrownBy(() -> Manifest.parse(head + "Memory = many, 0"))
                .hasMessageContaining("is no number");
        assertThatThrownBy(() -> Manifest.parse(head + "Memory = 5368709120, 0"))
                .hasMessageContaining("memory of");
        assertThatThrownBy(() -> Manifest.parse(head + "Memory = 1, 2"))
                .hasMessageContaining("digest flag");
        assertThatThrownBy(() -> Manifest.parse(head + "Memory = 1, 0\nChannel = a, b, 0"))
                .hasMessageContaining("8 fields");
        assertThatThrownBy(
                        () ->
                                Manifest.parse(
                                        head + "Memory = 1, 0\nChannel = a, b, 7, 0, 0, 0, 0, 0"))
                .hasMessageContaining("channel type");
    }

    @Test
    void filesOfArgumentsBecomeChannelsAndNvramTellsTheGuest() throws Exception {
        Path program =
                Files.write(
                        directory.resolve("nvram.nexe"),
                        Guests.assemble(
                                """
                                .include "zerovm.inc"
                                .globl _start
                                .text
                                .p2align 5
                                _start:
                                    trap read_nvram
                                    movq %rax, write_nvram+32(%rip)
                                    trap write_nvram
                                    trap write_file
                                    exit_with 0
                                .data
                                    call_block read_nvram, READ, 4, buffer, 4096, 0
                                    call_block write_nvram, WRITE, 1, buffer, 0, 0
                                    call_block write_file, WRITE, 3, buffer, 7, 2
                                .bss
                                buffer: .skip 4096
                                """));
        Path file = Files.writeString(directory.resolve("a.txt"), "0123456789");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ProgramRun run =
                new ProgramRun(
                        program,
                        List.of("@" + file, "two words", "", "x,y\"z#"),
                        Map.of("NAME", "a, b", "EMPTY", ""),
                        List.of(),
                        List.of(),
                        new Limits(64L << 20, Duration.ofSeconds(5)),
                        false);
        Report report =
                run.run(
                        engine,
                        new ProgramRun.Streams(
                                new Backing.Nothing(),
                                out,
                                OutputStream.nullOutputStream(),
                                false));
        assertThat(report.outcome()).isEqualTo(new Outcome.Exited(0));
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains(
                        "[args]\nargs=nvram.nexe /dev/1.a.txt two\\x20words \"\" x\\x2Cy\\x22z\\x23\n")
                .contains("[env]\nname=NAME, value=a\\x2C\\x20b\n")
                .contains("channel=/dev/1.a.txt, mode=file\n")
                .doesNotContain("EMPTY");
        assertThat(file).hasContent("01[debug]9");
    }

    @Test
    void outputAndErrorsToOneStreamKeepTheirOrder() throws Exception {
        Path program =
                Files.write(
                        directory.resolve("both.nexe"),
                        Guests.assemble(
                                """
                                .include "zerovm.inc"
                                .globl _start
                                .text
                                .p2align 5
                                _start:
                                    trap first
                                    trap second
                                    trap third
                                    exit_with 0
                                .data
                                    call_block first, WRITE, 1, text, 1, 0
                                    call_block second, WRITE, 2, text+1, 1, 0
                                    call_block third, WRITE, 1, text+2, 1, 0
                                text: .ascii "oeO"
                                """));
        ByteArrayOutputStream both = new ByteArrayOutputStream();
        ProgramRun run =
                new ProgramRun(
                        program,
                        List.of(),
                        Map.of(),
                        List.of(),
                        List.of(),
                        new Limits(64L << 20, Duration.ofSeconds(5)),
                        false);
        for (int i = 0; i < 20; i++) {
            both.reset();
            Report report =
                    run.run(
                            engine,
                            new ProgramRun.Streams(new Backing.Nothing(), both, both, false));
            assertThat(report.outcome()).isEqualTo(new Outcome.Exited(0));
            assertThat(both.toString(StandardCharsets.UTF_8)).isEqualTo("oeO");
        }
    }

    @Test
    void whatAGuestPacksTakesItsNameOnlyWhenTheGuestExits() throws Exception {
        Path packing = packingGuest("exit_with 3");
        Path dying = packingGuest("hlt");
        Path tar = Files.writeString(directory.resolve("results.tar"), "from before");
        assertThat(export(dying, tar).guestCode()).isEmpty();
        assertThat(tar).hasContent("from before");
        assertThat(export(packing, tar).outcome()).isEqualTo(new Outcome.Exited(3));
        assertThat(tar).hasContent("packed!");
        try (var files = Files.list(directory)) {
            assertThat(files).noneMatch(file -> file.getFileName().toString().startsWith("."));
        }
    }

    private Path packingGuest(String end) throws Exception {
        return Files.write(
                Files.createTempFile(directory, "packing", ".nexe"),
                Guests.assemble(
                        """
                        .include "zerovm.inc"
                        .globl _start
                        .text
                        .p2align 5
                        _start:
                            trap write_tar
                            %s
                        .data
                            call_block write_tar, WRITE, 3, text, 7, 0
                        text: .ascii "packed!"
                        """
                                .formatted(end)));
    }

    private Report export(Path program, Path tar) throws Exception {
        return new ProgramRun(
                        program,
                        List.of(),
                        Map.of(),
                        List.of(),
                        List.of(new ProgramRun.Export(tar, "/results")),
                        new Limits(64L << 20, Duration.ofSeconds(5)),
                        false)
                .run(
                        engine,
                        new ProgramRun.Streams(
                                new Backing.Nothing(),
                                OutputStream.nullOutputStream(),
                                OutputStream.nullOutputStream(),
                                false));
    }
}
