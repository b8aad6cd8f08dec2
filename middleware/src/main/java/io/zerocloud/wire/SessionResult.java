package io.zerocloud.wire;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/**
 * How a session ended, for the answer's headers and the report.
 *
 * @param agent which agent ran it
 * @param ran whether a guest was started
 * @param status HTTP status of this session's part: 200, the guest's own, or an error's
 * @param reason reason phrase if the guest gave one, else empty
 * @param state {@code ok}, or what ended the guest
 * @param returnCode the guest's, 0 if it did not exit by itself
 * @param validation 0 passed, 1 failed, 2 not run: ZeroVM's numbers
 * @param error empty, or what failed, in a line
 * @param accounting {@link Accounting}
 * @param digests device path and digest, in turn, of the channels that have one
 * @param peers what went through each channel to another node
 * @param policy the storage policy of the attached object, or empty
 * @param body the session's part of the response body
 * @param stored what became of each output with a path
 * @param stderr the last lines that the guest wrote there, at most 8 KiB
 * @param memoryBytes peak memory
 * @param limits what the guest could have had at most
 * @param timings {@link Timings}
 * @param placement why this agent: local, or how the data came
 */
public record SessionResult(
        String agent,
        boolean ran,
        int status,
        String reason,
        String state,
        int returnCode,
        int validation,
        String error,
        Accounting accounting,
        List<String> digests,
        List<Peer> peers,
        String policy,
        Optional<Body> body,
        List<Stored> stored,
        String stderr,
        long memoryBytes,
        Limits limits,
        Timings timings,
        String placement) {

    public SessionResult {
        digests = List.copyOf(digests);
        peers = List.copyOf(peers);
        stored = List.copyOf(stored);
        if (status < 200 || status > 599) {
            throw new IllegalArgumentException("status is " + status + ": must be 200 to 599");
        }
    }

    /** The same with the attached object's storage policy. */
    public SessionResult withPolicy(String name) {
        return new SessionResult(
                agent,
                ran,
                status,
                reason,
                state,
                returnCode,
                validation,
                error,
                accounting,
                digests,
                peers,
                name,
                body,
                stored,
                stderr,
                memoryBytes,
                limits,
                timings,
                placement);
    }

    /** The same with other last lines. */
    public SessionResult withStderr(String lines) {
        return new SessionResult(
                agent,
                ran,
                status,
                reason,
                state,
                returnCode,
                validation,
                error,
                accounting,
                digests,
                peers,
                policy,
                body,
                stored,
                lines,
                memoryBytes,
                limits,
                timings,
                placement);
    }

    /** The ten numbers of a cdr line. Times in seconds. */
    public record Accounting(
            double system,
            double user,
            long reads,
            long readBytes,
            long writes,
            long writtenBytes,
            long networkReads,
            long networkReadBytes,
            long networkWrites,
            long networkWrittenBytes) {
        public static final Accounting NONE = new Accounting(0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    }

    /**
     * What a guest could have had at most.
     *
     * @param timeoutMillis wall clock
     * @param operations reads or writes of one channel
     * @param readBytes from one channel
     * @param writtenBytes to one channel
     */
    public record Limits(
            long memoryBytes,
            long timeoutMillis,
            long operations,
            long readBytes,
            long writtenBytes) {
        public static final Limits NONE = new Limits(0, 0, 0, 0, 0);
    }

    /**
     * Where the time went, in milliseconds.
     *
     * @param total from the order's arrival to the result
     * @param queue waiting for a slot at the agent
     * @param prepare opening and fetching inputs, loading the program
     * @param start from the engine's call to the guest's first instruction
     * @param run from there to the guest's end
     * @param store parsing and storing outputs
     */
    public record Timings(
            double total, double queue, double prepare, double start, double run, double store) {
        public static final Timings NONE = new Timings(0, 0, 0, 0, 0, 0);
    }

    /**
     * The session's part of the response body.
     *
     * @param device name of the channel
     * @param contentType its type
     * @param headers name and value, in turn, from a {@code message/http} output
     * @param length in bytes
     * @param announced a length that the guest announced for a body it did not send (HEAD)
     * @param inline the bytes, if they are few
     */
    public record Body(
            String device,
            String contentType,
            List<String> headers,
            long length,
            Optional<Long> announced,
            Optional<byte[]> inline) {
        public Body {
            headers = List.copyOf(headers);
        }

        /** A header's value, or empty text. */
        public String header(String name) {
            for (int i = 0; i + 1 < headers.size(); i += 2) {
                if (headers.get(i).equalsIgnoreCase(name)) {
                    return headers.get(i + 1);
                }
            }
            return "";
        }
    }

    /**
     * One end of a channel to another node.
     *
     * @param connection its number in the plan, the same at both ends
     * @param writes whether this is the writing end
     * @param device name of the channel
     * @param bytes read or written
     * @param digest MD5 of them in hex; empty if not asked for or the guest was killed
     */
    public record Peer(int connection, boolean writes, String device, long bytes, String digest) {}

    /**
     * One output with a path.
     *
     * @param path {@code /account/container/object}
     * @param status of the PUT, 0 if it was too small to be stored
     * @param bytes its length
     * @param error empty, or why it was not stored
     * @param kept where it waits instead, if it does
     */
    public record Stored(
            String device, String path, int status, long bytes, String error, Optional<Kept> kept) {

        /** One that was stored, or was too small to be. */
        public static Stored of(String device, String path, int status, long bytes) {
            return new Stored(device, path, status, bytes, "", Optional.empty());
        }

        /** The same, kept by its agent. */
        public Stored keptAt(Kept place) {
            return new Stored(
                    device,
                    path,
                    status,
                    bytes,
                    error + "; kept until " + place.time() + " at " + place.link(),
                    Optional.of(place));
        }
    }

    /**
     * Where an output waits that could not be stored.
     *
     * @param link the path of a {@link KeptLink}
     * @param untilMillis since 1970
     */
    public record Kept(String link, long untilMillis) {
        /** When it will be dropped, in UTC. */
        public String time() {
            return Instant.ofEpochMilli(untilMillis).truncatedTo(ChronoUnit.SECONDS).toString();
        }
    }
}
