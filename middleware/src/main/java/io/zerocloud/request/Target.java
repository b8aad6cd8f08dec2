package io.zerocloud.request;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A request target {@code /version/account[/container[/object]]}, percent-decoded. The object may
 * contain slashes.
 *
 * @param raw the target as sent, query included
 * @param version {@code v1}, {@code open}, {@code api} or whatever was sent
 * @param container empty when the target is an account
 * @param object empty when the target is an account or a container
 */
public record Target(
        String raw, String version, String account, String container, String object, String query) {

    /** Why a target cannot be split. */
    public enum Flaw {
        /** Fewer segments than version and account, or an empty one among the first two. */
        NO_ACCOUNT,
        /** The decoded bytes are not UTF-8. */
        NOT_UTF8
    }

    /** A target or its flaw. */
    public sealed interface Split {
        record Ok(Target target) implements Split {}

        record Bad(Flaw flaw) implements Split {}
    }

    /**
     * Splits a raw request target. A trailing slash after the account or container is the same as
     * none, as in Swift.
     *
     * @param raw the target of the request line, where each char stands for one byte (ISO 8859-1)
     */
    public static Split split(String raw) {
        int mark = raw.indexOf('?');
        String path = mark < 0 ? raw : raw.substring(0, mark);
        String query = mark < 0 ? "" : raw.substring(mark + 1);
        if (!path.startsWith("/")) {
            return new Split.Bad(Flaw.NO_ACCOUNT);
        }
        Optional<String> decoded = decode(path);
        if (decoded.isEmpty()) {
            return new Split.Bad(Flaw.NOT_UTF8);
        }
        String[] parts = decoded.get().substring(1).split("/", 4);
        if (parts.length < 2 || parts[0].isEmpty() || parts[1].isEmpty()) {
            return new Split.Bad(Flaw.NO_ACCOUNT);
        }
        String container = parts.length > 2 ? parts[2] : "";
        String object = parts.length > 3 ? parts[3] : "";
        if (container.isEmpty() && !object.isEmpty()) {
            return new Split.Bad(Flaw.NO_ACCOUNT);
        }
        return new Split.Ok(new Target(raw, parts[0], parts[1], container, object, query));
    }

    /** The target as sent, with another version. */
    public String rawAs(String other) {
        return "/" + other + raw.substring(raw.indexOf('/', 1));
    }

    /** The decoded path without the version: {@code /account[/container[/object]]}. */
    public String pathInfo() {
        return "/"
                + account
                + (container.isEmpty() ? "" : "/" + container)
                + (object.isEmpty() ? "" : "/" + object);
    }

    /** Percent-decodes bytes and reads them as UTF-8; a lone percent sign stands for itself. */
    static Optional<String> decode(String latin1) {
        byte[] in = latin1.getBytes(StandardCharsets.ISO_8859_1);
        ByteBuffer out = ByteBuffer.allocate(in.length);
        for (int i = 0; i < in.length; i++) {
            int high = i + 2 < in.length && in[i] == '%' ? Character.digit(in[i + 1], 16) : -1;
            int low = high < 0 ? -1 : Character.digit(in[i + 2], 16);
            if (low < 0) {
                out.put(in[i]);
            } else {
                out.put((byte) (high << 4 | low));
                i += 2;
            }
        }
        try {
            return Optional.of(StandardCharsets.UTF_8.newDecoder().decode(out.flip()).toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }
}
