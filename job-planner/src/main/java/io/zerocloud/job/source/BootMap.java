package io.zerocloud.job.source;

import io.zerocloud.job.ErrorCode;
import io.zerocloud.job.JobRefused;
import java.util.Optional;

/**
 * Chooses the job description among the first members of an image.
 *
 * <p>Members are offered in archive order; {@code boot/cluster.map} wins over {@code
 * boot/system.map}. Names are compared exactly: {@code ./boot/system.map} is another file.
 */
public final class BootMap {
    public static final String CLUSTER_MAP = "boot/cluster.map";
    public static final String SYSTEM_MAP = "boot/system.map";

    /**
     * How much of an archive, as transferred, is searched: whole chunks until at least so many
     * bytes.
     */
    public static final int WINDOW = 131_072;

    private Optional<byte[]> cluster = Optional.empty();
    private Optional<byte[]> system = Optional.empty();

    /** Whether a member's bytes are of interest. */
    public static boolean isMap(String member) {
        return member.equals(CLUSTER_MAP) || member.equals(SYSTEM_MAP);
    }

    /**
     * Takes a member that lies completely within the window; others are not to be offered. Of equal
     * names the first counts.
     */
    public void offer(String member, byte[] content) {
        if (member.equals(CLUSTER_MAP) && cluster.isEmpty()) {
            cluster = Optional.of(content.clone());
        } else if (member.equals(SYSTEM_MAP) && system.isEmpty()) {
            system = Optional.of(content.clone());
        }
    }

    /** Whether nothing that follows can change the choice. */
    public boolean isDecided() {
        return cluster.isPresent();
    }

    /** The description's bytes, if there is one. */
    public Optional<byte[]> chosen() {
        return cluster.or(() -> system);
    }

    /** The description's bytes. */
    public byte[] require() throws JobRefused {
        Optional<byte[]> map = chosen();
        if (map.isEmpty()) {
            throw new JobRefused(ErrorCode.BOOT_MAP_MISSING.at("", ""));
        }
        return map.get();
    }
}
