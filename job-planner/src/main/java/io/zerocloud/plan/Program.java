package io.zerocloud.plan;

/** Where a session's executable comes from. */
public sealed interface Program {

    /** The URL as the job wrote it, account resolved; the guest's {@code SCRIPT_FILENAME}. */
    String url();

    /** An object of the store. */
    record Stored(String url, ObjectRef object) implements Program {}

    /**
     * A file in an image.
     *
     * @param image a system image's name, or {@code image}: the session's own image channel
     * @param path of the tar member, without leading slash
     */
    record InImage(String url, String image, String path) implements Program {}
}
