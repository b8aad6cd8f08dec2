package io.zerocloud.node;

import io.zerocloud.authority.Caller;
import io.zerocloud.authority.CallerFacts;
import io.zerocloud.authority.SwiftApi;
import io.zerocloud.job.StorePath;
import io.zerocloud.plan.ObjectRef;
import io.zerocloud.plan.Pin;
import io.zerocloud.sandbox.session.Backing;
import io.zerocloud.sandbox.session.OpenFile;
import io.zerocloud.stream.BlockingHttp.Reply;
import io.zerocloud.swift.HeaderText;
import io.zerocloud.swift.ObjectPath;
import io.zerocloud.swift.disk.LocalObject;
import io.zerocloud.swift.disk.LocalObjects;
import io.zerocloud.swift.disk.ObjectMetadata;
import io.zerocloud.swift.disk.ObjectPin;
import io.zerocloud.swift.disk.StoredObject;
import io.zerocloud.wire.SessionEvent.Cause;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Opens what a session reads. A local file is used in place if it is the pinned version; otherwise
 * the object comes through Swift with the caller's token and {@code If-Match}, so that no other
 * version can slip in.
 */
final class Inputs {
    private final LocalObjects local;
    private final SwiftApi swift;
    private final Path folder;
    private final Quota disk;

    /**
     * @param folder for fetched inputs that are read at random
     * @param disk charged for them
     */
    Inputs(LocalObjects local, SwiftApi swift, Path folder, Quota disk) {
        this.local = local;
        this.swift = swift;
        this.folder = folder;
        this.disk = disk;
    }

    /**
     * An opened object.
     *
     * @param backing for a channel
     * @param pin the planned one, filled in with what a listing did not tell
     * @param where {@code local}, or why not
     */
    record Opened(Backing backing, Pin pin, String where) {}

    /**
     * Opens an object for a channel.
     *
     * @param random whether the guest may move within it
     * @param mandates for what is not local; without one the answer is {@link Cause#NEEDS_TOKEN}
     */
    Opened open(ObjectRef object, boolean random, Mandates mandates, Resources resources)
            throws SessionFailure, IOException {
        Pin pin =
                object.pin()
                        .orElseThrow(
                                () -> new IOException("the plan has no pin for " + object.path()));
        LocalObject found = find(mandates.target(object.path()), pin);
        if (found instanceof LocalObject.Present(StoredObject stored)) {
            try (stored) {
                OpenFile file = resources.add(OpenFile.duplicate(stored.data().number()));
                return new Opened(Backing.FileRegion.whole(file), filledIn(pin, stored), "local");
            }
        }
        String why = why(found);
        pin = fresh(object.path(), pin, mandates);
        Reply reply = fetch(object.path(), pin, mandates, resources);
        Pin filled = pin.fromListing() ? filledIn(pin, reply) : pin;
        if (!random) {
            return new Opened(new Backing.FromStream(reply.body()), filled, why);
        }
        try (InputStream body = reply.body()) {
            OpenFile file = spooled(body, pin.length(), resources);
            return new Opened(Backing.FileRegion.whole(file), filled, why);
        }
    }

    /** The bytes of an object, to be read once from the beginning. */
    InputStream read(ObjectRef object, Mandates mandates, Resources resources)
            throws SessionFailure, IOException {
        Pin pin =
                object.pin()
                        .orElseThrow(
                                () -> new IOException("the plan has no pin for " + object.path()));
        LocalObject found = find(mandates.target(object.path()), pin);
        if (found instanceof LocalObject.Present(StoredObject stored)) {
            try (stored) {
                return resources.add(OpenFile.duplicate(stored.data().number())).newInputStream();
            }
        }
        pin = fresh(object.path(), pin, mandates);
        return fetch(object.path(), pin, mandates, resources).body();
    }

    /**
     * A listing shows of a large object or symbolic link what lies on disk: the manifest, the link.
     * A fresh look, with the right that the listing was made with, tells what a GET of it will be.
     */
    private Pin fresh(StorePath path, Pin pin, Mandates mandates) throws SessionFailure {
        if (!pin.fromListing()) {
            return pin;
        }
        try (Reply reply = swift.head(mandates.reader(path), path)) {
            if (reply.status() / 100 != 2) {
                throw refused(path, reply);
            }
            Pin seen = filledIn(pin, reply);
            String etag = reply.header("Etag").replace("\"", "");
            long length = Long.parseLong(reply.header("Content-Length"));
            if (etag.equals(pin.etag()) && length == pin.length()) {
                return pin;
            }
            Optional<StorePath> target = CallerFacts.target(reply);
            boolean link = target.isPresent() && !target.get().equals(path);
            if (link && !mandates.mayFollow(path, target.get())) {
                throw new SessionFailure(
                        Cause.INPUT, 403, "Error 403 Forbidden while fetching " + path);
            }
            if (!link
                    && reply.header("X-Static-Large-Object").isEmpty()
                    && reply.header("X-Object-Manifest").isEmpty()) {
                throw changed(path);
            }
            return new Pin(
                    etag,
                    length,
                    seen.contentType(),
                    seen.timestamp(),
                    seen.contentEncoding(),
                    seen.meta(),
                    false);
        } catch (NumberFormatException e) {
            throw changed(path);
        } catch (IOException e) {
            throw new SessionFailure(
                    Cause.INPUT, 503, "Error 503 Service Unavailable while fetching " + path);
        }
    }

    /** Whether this node's disks hold the pinned version. */
    private LocalObject find(StorePath path, Pin pin) {
        if (pin.etag().isEmpty()) {
            return new LocalObject.Absent();
        }
        return local.find(
                new ObjectPath(path.account(), path.container(), path.object()),
                Optional.empty(),
                new ObjectPin(pin.etag(), pin.length()));
    }

    private Reply fetch(StorePath path, Pin pin, Mandates mandates, Resources resources)
            throws SessionFailure {
        Caller caller = mandates.reader(path);
        Reply reply;
        try {
            reply = resources.add(swift.get(caller, path, pin.etag()));
        } catch (IOException e) {
            throw new SessionFailure(
                    Cause.INPUT, 503, "Error 503 Service Unavailable while fetching " + path);
        }
        int status = reply.status();
        String length = reply.header("Content-Length");
        if (status == 412
                || status == 304
                || (status == 200
                        && !length.isEmpty()
                        && !length.equals(Long.toString(pin.length())))) {
            throw changed(path);
        }
        if (status != 200) {
            throw refused(path, reply);
        }
        return reply;
    }

    private static SessionFailure refused(StorePath path, Reply reply) {
        int status = reply.status();
        return new SessionFailure(
                Cause.INPUT,
                status < 400 ? 502 : status,
                "Error " + status + " " + reply.reason() + " while fetching " + path);
    }

    private static SessionFailure changed(StorePath path) {
        return new SessionFailure(
                Cause.INPUT,
                409,
                "Error 409 Conflict while fetching "
                        + path
                        + ": it was overwritten after the job was authorised");
    }

    private OpenFile spooled(InputStream body, long length, Resources resources)
            throws IOException {
        disk.take(length);
        resources.add(() -> disk.giveBack(length));
        Path file = Files.createTempFile(folder, "input", "");
        try {
            try (OutputStream out = Files.newOutputStream(file)) {
                byte[] step = new byte[64 * 1024];
                long left = length;
                for (int n = body.read(step); n >= 0; n = body.read(step)) {
                    left -= n;
                    if (left < 0) {
                        throw new IOException(
                                "Swift sent more than the announced " + length + " bytes");
                    }
                    out.write(step, 0, n);
                }
                if (left > 0) {
                    throw new IOException("Swift sent " + left + " bytes too few");
                }
            }
            return resources.add(OpenFile.readOnly(file));
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private static Pin filledIn(Pin pin, StoredObject stored) {
        if (!pin.fromListing()) {
            return pin;
        }
        ObjectMetadata metadata = stored.metadata();
        Map<String, String> meta = new TreeMap<>();
        metadata.values()
                .forEach(
                        (name, value) -> {
                            if (name.regionMatches(
                                    true,
                                    0,
                                    ObjectMetadata.USER_PREFIX,
                                    0,
                                    ObjectMetadata.USER_PREFIX.length())) {
                                meta.put(
                                        name.substring(ObjectMetadata.USER_PREFIX.length())
                                                .toLowerCase(Locale.ROOT),
                                        HeaderText.decode(value));
                            }
                        });
        return new Pin(
                pin.etag(),
                pin.length(),
                metadata.get(ObjectMetadata.CONTENT_TYPE)
                        .map(HeaderText::decode)
                        .orElse(pin.contentType()),
                stored.timestamp().normal(),
                metadata.get("Content-Encoding").map(HeaderText::decode).orElse(""),
                meta,
                false);
    }

    private static Pin filledIn(Pin pin, Reply reply) {
        Map<String, String> meta = new TreeMap<>();
        reply.headers()
                .forEach(
                        header -> {
                            String name = header.getKey().toLowerCase(Locale.ROOT);
                            if (name.startsWith("x-object-meta-")) {
                                meta.put(
                                        name.substring("x-object-meta-".length()),
                                        HeaderText.decode(header.getValue()));
                            }
                        });
        return new Pin(
                pin.etag(),
                pin.length(),
                HeaderText.decode(reply.header("Content-Type")),
                reply.header("X-Timestamp"),
                HeaderText.decode(reply.header("Content-Encoding")),
                meta,
                false);
    }

    private static String why(LocalObject found) {
        return switch (found) {
            case LocalObject.Present _ -> "local";
            case LocalObject.Absent _ -> "through Swift: no replica on this node";
            case LocalObject.OtherVersion _ -> "through Swift: another version lies here";
            case LocalObject.Deleted _ -> "through Swift: deleted here";
            case LocalObject.Expired _ -> "through Swift: expired here";
            case LocalObject.NotItself(var reason, var _) ->
                    "through Swift: " + reason.name().toLowerCase(Locale.ROOT).replace('_', ' ');
            case LocalObject.Damaged _ -> "through Swift: the file here is damaged";
        };
    }
}
