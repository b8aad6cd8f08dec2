package io.zerocloud.cli.app;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.zerocloud.job.JobContext;
import io.zerocloud.job.JobContext.UploadedImage;
import io.zerocloud.job.JobLimits;
import io.zerocloud.job.JobParser;
import io.zerocloud.job.JobRefused;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipParameters;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * A folder with a {@code zapp.yaml}. Its keys are those of ZeroVM's packager; what that did with
 * {@code dependencies} (pip packages of Python 2.7) and with templates of {@code ui} pages is not
 * done here and refused by name.
 */
public final class Project {
    public static final String FILE = "zapp.yaml";

    private static final Set<String> KNOWN =
            Set.of("project_type", "execution", "meta", "help", "bundling", "ui");

    private final Path folder;
    private final Map<?, ?> yaml;

    private Project(Path folder, Map<?, ?> yaml) {
        this.folder = folder;
        this.yaml = yaml;
    }

    /** The project that a folder is in: its own, or that of a folder above. */
    public static Project find(Path start) throws IOException {
        for (Path at = start.toAbsolutePath().normalize(); at != null; at = at.getParent()) {
            Path file = at.resolve(FILE);
            if (Files.exists(file)) {
                return new Project(at, read(file));
            }
        }
        throw new IOException("no " + FILE + " in " + start.toAbsolutePath() + " or above it");
    }

    private static Map<?, ?> read(Path file) throws IOException {
        try {
            Object root =
                    new Load(LoadSettings.builder().setLabel(file.toString()).build())
                            .loadFromString(Files.readString(file));
            if (!(root instanceof Map<?, ?> map)) {
                throw new IOException(file + " is not a map of sections");
            }
            for (Object key : map.keySet()) {
                if (!KNOWN.contains(String.valueOf(key))) {
                    throw new IOException(
                            file + ": unknown section '" + key + "'; known are " + sorted(KNOWN));
                }
            }
            return map;
        } catch (YamlEngineException e) {
            throw new IOException(file + " is not YAML: " + e.getMessage(), e);
        }
    }

    private static String sorted(Set<String> words) {
        return String.join(", ", new TreeSet<>(words));
    }

    /** {@code meta.name}, which names the archive. */
    public String name() throws IOException {
        Object name = yaml.get("meta") instanceof Map<?, ?> meta ? meta.get("name") : null;
        if (name == null || !name.toString().matches("[A-Za-z0-9][A-Za-z0-9._-]{0,127}")) {
            throw new IOException(
                    FILE + ": meta.name must be 1 to 128 letters, digits, '.', '_' and '-'");
        }
        return name.toString();
    }

    /** What a bundle has become. */
    public record Bundle(Path archive, List<String> files, List<String> warnings) {}

    /**
     * Writes {@code NAME.zapp}: a gzip'ed tar, the same bytes for the same files.
     *
     * @throws IOException if a file is missing or the description that comes out breaks a rule
     */
    public Bundle bundle() throws IOException {
        byte[] map = SystemMap.bytes(map());
        check(map);
        List<String> warnings = new ArrayList<>();
        TreeMap<String, Path> files = new TreeMap<>();
        for (String section : List.of("bundling", "ui")) {
            for (Object pattern : list(yaml.get(section), section)) {
                Map<String, Path> found = matching(pattern.toString());
                if (found.isEmpty()) {
                    warnings.add(section + ": nothing matches " + pattern);
                }
                files.putAll(found);
            }
        }
        if (files.isEmpty()) {
            throw new IOException(FILE + ": bundling matches no file; is the program compiled?");
        }
        Path archive = folder.resolve(name() + ".zapp");
        Path temporary = Files.createTempFile(folder, ".zapp-", "");
        try {
            write(temporary, map, files);
            Files.move(temporary, archive, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
        return new Bundle(archive, List.copyOf(files.keySet()), warnings);
    }

    private ArrayNode map() throws IOException {
        Object groups =
                yaml.get("execution") instanceof Map<?, ?> execution
                        ? execution.get("groups")
                        : null;
        return SystemMap.of(list(groups, "execution.groups"));
    }

    /** As a server would look at it; names of devices that only it knows count as images. */
    private static void check(byte[] map) throws IOException {
        Set<String> images = new TreeSet<>();
        for (var group : new com.fasterxml.jackson.databind.ObjectMapper().readTree(map)) {
            for (var device : group.path("devices")) {
                String name = device.path("name").asText();
                if (!Set.of("stdin", "stdout", "stderr", "input", "output", "script", "image")
                                .contains(name)
                        && !device.has("path")
                        && name.matches("[A-Za-z0-9][A-Za-z0-9._-]*")) {
                    images.add(name);
                }
            }
        }
        try {
            JobParser.parse(
                    map,
                    new JobContext("AUTH_x", images, UploadedImage.TAR, false),
                    JobLimits.DEFAULT);
        } catch (JobRefused e) {
            throw new IOException(FILE + ": " + e.body().strip(), e);
        }
    }

    private Map<String, Path> matching(String pattern) throws IOException {
        PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + pattern);
        Map<String, Path> found = new TreeMap<>();
        try (Stream<Path> tree = Files.walk(folder)) {
            for (Path file : (Iterable<Path>) tree::iterator) {
                Path relative = folder.relativize(file);
                if (Files.isRegularFile(file) && matcher.matches(relative)) {
                    found.put(relative.toString().replace('\\', '/'), file);
                }
            }
        }
        return found;
    }

    private void write(Path target, byte[] map, Map<String, Path> files) throws IOException {
        GzipParameters plain = new GzipParameters();
        try (OutputStream file = new BufferedOutputStream(Files.newOutputStream(target));
                TarArchiveOutputStream tar =
                        new TarArchiveOutputStream(new GzipCompressorOutputStream(file, plain))) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
            // First, where a server looks for it.
            add(tar, SystemMap.NAME, map, 0644);
            add(tar, FILE, Files.readAllBytes(folder.resolve(FILE)), 0644);
            for (Map.Entry<String, Path> entry : files.entrySet()) {
                if (Set.of(SystemMap.NAME, FILE).contains(entry.getKey())) {
                    continue;
                }
                TarArchiveEntry member = entry(entry.getKey(), Files.size(entry.getValue()));
                member.setMode(Files.isExecutable(entry.getValue()) ? 0755 : 0644);
                tar.putArchiveEntry(member);
                Files.copy(entry.getValue(), tar);
                tar.closeArchiveEntry();
            }
        }
    }

    private static void add(TarArchiveOutputStream tar, String name, byte[] bytes, int mode)
            throws IOException {
        TarArchiveEntry member = entry(name, bytes.length);
        member.setMode(mode);
        tar.putArchiveEntry(member);
        tar.write(bytes);
        tar.closeArchiveEntry();
    }

    private static TarArchiveEntry entry(String name, long size) {
        TarArchiveEntry member = new TarArchiveEntry(name);
        member.setSize(size);
        member.setModTime(0);
        return member;
    }

    private static List<?> list(@org.jspecify.annotations.Nullable Object value, String at)
            throws IOException {
        return switch (value) {
            case null -> List.of();
            case List<?> list -> list;
            default -> throw new IOException(FILE + ": " + at + " must be a list");
        };
    }

    /** What {@code new} writes, by name. */
    public static Map<String, String> skeleton(String name) {
        Map<String, String> files = new TreeMap<>();
        files.put(
                FILE,
                """
                # What this project is; the keys are in docs/guides/apps.md.
                meta:
                  name: %1$s
                execution:
                  groups:
                    - name: %1$s
                      path: file://image:%1$s
                      args: world
                      devices:
                        - name: stdin
                        - name: stdout
                          content_type: text/plain
                # What goes into %1$s.zapp.
                bundling:
                  - %1$s
                """
                        .formatted(name));
        files.put(
                name + ".c",
                """
                #include <stdio.h>

                int main(int argc, char **argv)
                {
                    printf("hello, %s\\n", argc > 1 ? argv[1] : "world");
                    return 0;
                }
                """);
        return files;
    }

    /** A name for a project that is made in a folder. */
    public static Optional<String> nameFor(Path folder) {
        Path last = folder.toAbsolutePath().normalize().getFileName();
        String name = last == null ? "" : last.toString();
        return name.matches("[A-Za-z0-9]([A-Za-z0-9._-]{0,54}[A-Za-z0-9])?")
                ? Optional.of(name)
                : Optional.empty();
    }
}
