package io.zerocloud.plan;

import io.zerocloud.job.Device.Mode;
import io.zerocloud.job.StorePath;
import java.util.Map;

/**
 * One channel of a session.
 *
 * @param device name without {@code /dev/}
 * @param type ZeroVM's channel type
 * @param limits how much the guest may do with it
 * @param mode file type that the guest sees
 * @param backing what is behind it
 */
public record Channel(String device, Type type, Limits limits, Mode mode, Backing backing) {

    /** ZeroVM's channel types that jobs use; {@link #code()} is the number in a manifest. */
    public enum Type {
        /** Reads and writes go forward only. */
        SEQUENTIAL(0),
        /** Reads and writes at any offset. */
        RANDOM(3);

        private final int code;

        Type(int code) {
            this.code = code;
        }

        public int code() {
            return code;
        }
    }

    /**
     * Quotas of a channel over a session's life. A direction whose numbers are 0 is closed.
     *
     * @param reads calls
     * @param readBytes bytes
     * @param writes calls
     * @param writeBytes bytes
     */
    public record Limits(long reads, long readBytes, long writes, long writeBytes) {}

    /** What is behind a channel. */
    public sealed interface Backing {
        /** Reads end of file, writes are dropped. */
        record Nothing() implements Backing {}

        /** An object, read. For {@code image} it is a tar archive, possibly gzip'ed by its type. */
        record ObjectInput(ObjectRef object) implements Backing {}

        /** A container, read as a SQLite database of its listing. */
        record ContainerInput(ObjectRef container) implements Backing {}

        /** The request's body, or what a previous job of a chain left of it. */
        record Payload() implements Backing {}

        /** The image that came with the request. */
        record UploadedImage(boolean gzip) implements Backing {}

        /** A configured system image. */
        record SystemImage(String name) implements Backing {}

        /**
         * An object, written by an ordinary PUT after the run.
         *
         * @param meta names without {@code X-Object-Meta-}
         * @param minSize fewer bytes are not stored
         */
        record ObjectOutput(
                StorePath path, String contentType, Map<String, String> meta, long minSize)
                implements Backing {}

        /**
         * The answer to the request.
         *
         * @param body whether it becomes the session's part of the body; the second and later
         *     pathless outputs of a session are discarded
         */
        record Response(String contentType, Map<String, String> meta, long minSize, boolean body)
                implements Backing {}

        /**
         * The reading end of a connection.
         *
         * @param connection index in {@link Plan#connections()}
         */
        record PeerInput(int connection) implements Backing {}

        /**
         * The writing end of a connection.
         *
         * @param connection index in {@link Plan#connections()}
         */
        record PeerOutput(int connection) implements Backing {}
    }

    /** {@code /dev/<device>}. */
    public String path() {
        return "/dev/" + device;
    }

    public boolean isReadable() {
        return limits.reads() > 0;
    }

    public boolean isWritable() {
        return limits.writes() > 0;
    }

    /** Whether the guest finds a tar archive mounted at {@code /} from it. */
    public boolean isMounted() {
        return device.equals("image") || backing instanceof Backing.SystemImage;
    }
}
