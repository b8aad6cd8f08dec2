package io.zerocloud.swift.ring;

import java.util.regex.Pattern;

/**
 * Swift's hash of an account, container or object name; it names the folder on disk and picks the
 * partition.
 *
 * @param hex 32 lower-case hexadecimal digits
 */
public record PathHash(String hex) {
    private static final Pattern FORM = Pattern.compile("[0-9a-f]{32}");

    public PathHash {
        if (!FORM.matcher(hex).matches()) {
            throw new IllegalArgumentException(
                    "path hash \"" + hex + "\": must be 32 lower-case hexadecimal digits");
        }
    }

    /** The partition in a ring of 2^{@code partPower} partitions: the hash's leading bits. */
    public int partition(int partPower) {
        long leading = Long.parseLong(hex, 0, 8, 16);
        return (int) (leading >>> (32 - partPower));
    }

    /** The last three digits: the folder between partition and hash. */
    public String suffix() {
        return hex.substring(29);
    }
}
