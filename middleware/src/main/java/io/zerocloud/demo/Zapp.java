package io.zerocloud.demo;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** A zapp: one tar with the job description and the program. */
final class Zapp {
    private Zapp() {}

    /**
     * @param map the job description, which goes first
     * @param name of the program in the archive
     */
    static byte[] of(String map, String name, byte[] program) throws IOException {
        return of(map, Map.of(name, program));
    }

    /**
     * @param programs by their names in the archive
     */
    static byte[] of(String map, Map<String, byte[]> programs) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            add(tar, "boot/system.map", map.getBytes(StandardCharsets.UTF_8));
            for (Map.Entry<String, byte[]> program : new TreeMap<>(programs).entrySet()) {
                add(tar, program.getKey(), program.getValue());
            }
        }
        return bytes.toByteArray();
    }

    private static void add(TarArchiveOutputStream tar, String name, byte[] content)
            throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(content.length);
        entry.setMode(0755);
        entry.setModTime(0);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
    }
}
