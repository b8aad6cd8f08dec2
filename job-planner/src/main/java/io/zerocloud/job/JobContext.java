package io.zerocloud.job;

import java.util.Set;
import java.util.TreeSet;

/**
 * What the request and the configuration say about a job besides its description.
 *
 * @param account the account of the request's URL: {@code .} and {@code ~} in paths mean it
 * @param systemImages names of the configured system images, which are device names
 * @param image the image that came with the request, mounted as device {@code image} in every node
 * @param payload whether a request body is left for pathless {@code stdin} devices
 */
public record JobContext(
        String account, Set<String> systemImages, UploadedImage image, boolean payload) {

    /** An image in the request's own body. */
    public enum UploadedImage {
        NONE,
        /** A tar archive; a wrapped script is one too. */
        TAR,
        /** A gzip'ed tar archive, inflated on arrival. */
        GZIP
    }

    public JobContext {
        if (account.isEmpty() || account.indexOf('/') >= 0) {
            throw new IllegalArgumentException("not an account: " + account);
        }
        for (String name : systemImages) {
            if (!DeviceNames.isValid(name)) {
                throw new IllegalArgumentException("not a name for a system image: " + name);
            }
        }
        systemImages = java.util.Collections.unmodifiableSet(new TreeSet<>(systemImages));
    }

    /** A plain JSON job: no image, no payload. */
    public static JobContext of(String account, Set<String> systemImages) {
        return new JobContext(account, systemImages, UploadedImage.NONE, false);
    }
}
