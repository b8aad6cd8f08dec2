package io.zerocloud.sandbox.local;

import io.zerocloud.sandbox.session.Channel;
import io.zerocloud.sandbox.session.DigestAlgorithm;
import io.zerocloud.sandbox.session.Engine;
import io.zerocloud.sandbox.session.EngineException;
import io.zerocloud.sandbox.session.Program;
import io.zerocloud.sandbox.session.Report;
import io.zerocloud.sandbox.session.SessionSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Runs a ZeroVM manifest and answers as the original does: report lines and exit code. */
public final class ManifestRun {
    private static final int MISSING = 2;
    private static final int IO = 5;
    private static final int REFUSED = 8;
    private static final int MEMORY = 12;
    private static final int INVALID = 14;
    private static final int TOO_MANY_CHANNELS = 23;
    private static final long MAX_BYTES = 512 << 10;

    private ManifestRun() {}

    /** Lines for standard output, and the process's exit code. */
    public record Result(String report, int exitCode) {}

    /** Runs the manifest in {@code file}. */
    public static Result run(Engine engine, Path file) throws InterruptedException {
        Manifest manifest;
        try {
            if (Files.size(file) > MAX_BYTES) {
                return new Result(
                        LegacyReport.notRun("the manifest is longer than " + MAX_BYTES), INVALID);
            }
            manifest = Manifest.parse(Files.readString(file, StandardCharsets.UTF_8));
        } catch (IOException e) {
            return new Result(
                    LegacyReport.notRun("cannot read the manifest: " + e.getMessage()), MISSING);
        } catch (Manifest.Invalid e) {
            return new Result(LegacyReport.notRun(String.valueOf(e.getMessage())), INVALID);
        }
        if (!Files.isRegularFile(manifest.program())) {
            return new Result(LegacyReport.notRun("no program " + manifest.program()), MISSING);
        }
        if (manifest.channels().size() > SessionSpec.MAX_CHANNELS) {
            return new Result(
                    LegacyReport.notRun(manifest.channels().size() + " channels"),
                    TOO_MANY_CHANNELS);
        }
        try (Program program = engine.load(manifest.program());
                HostChannels host = new HostChannels()) {
            Report report = engine.start(spec(manifest, program, host)).await();
            return new Result(LegacyReport.of(report), ExitCode.legacy(report.outcome()));
        } catch (EngineException.ProgramRefused e) {
            return new Result(LegacyReport.refused(oneLine(e)), REFUSED);
        } catch (EngineException.MemoryTooSmall e) {
            return new Result(LegacyReport.notRun(oneLine(e)), MEMORY);
        } catch (EngineException.InvalidSpec | IllegalArgumentException e) {
            return new Result(LegacyReport.notRun(oneLine(e)), INVALID);
        } catch (EngineException.Busy e) {
            return new Result(LegacyReport.notRun(oneLine(e)), MEMORY);
        } catch (EngineException | IOException e) {
            return new Result(LegacyReport.notRun(oneLine(e)), IO);
        }
    }

    private static SessionSpec spec(Manifest manifest, Program program, HostChannels host)
            throws IOException {
        SessionSpec.Builder spec =
                SessionSpec.of(program, manifest.limits())
                        .memoryDigest(
                                manifest.memoryDigest()
                                        ? DigestAlgorithm.SHA1
                                        : DigestAlgorithm.NONE);
        for (Manifest.Line line : manifest.channels()) {
            spec.channel(
                    new Channel(
                            line.alias(),
                            line.type(),
                            line.limits(),
                            host.backing(line.source(), line.limits()),
                            line.digest() ? DigestAlgorithm.SHA1 : DigestAlgorithm.NONE,
                            false));
        }
        return spec.build();
    }

    private static String oneLine(Exception e) {
        return String.valueOf(e.getMessage()).replace('\n', ' ');
    }
}
