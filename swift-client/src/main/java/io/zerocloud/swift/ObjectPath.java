package io.zerocloud.swift;

/**
 * The name of an object: account, container and object, decoded (no percent-escapes).
 *
 * @param account not empty, without {@code /}
 * @param container not empty, without {@code /}
 * @param object not empty; may hold any character, {@code /} included
 */
public record ObjectPath(String account, String container, String object) {
    public ObjectPath {
        requireSegment("account", account);
        requireSegment("container", container);
        requireText("object", object);
    }

    /**
     * Reads {@code /account/container/object}.
     *
     * @throws IllegalArgumentException if a part is missing
     */
    public static ObjectPath parse(String path) {
        int container = path.startsWith("/") ? path.indexOf('/', 1) : -1;
        int object = container < 0 ? -1 : path.indexOf('/', container + 1);
        if (object < 0) {
            throw new IllegalArgumentException(
                    "path \"" + path + "\": must be /account/container/object");
        }
        return new ObjectPath(
                path.substring(1, container),
                path.substring(container + 1, object),
                path.substring(object + 1));
    }

    /** {@code /account/container/object}, the form that Swift hashes and stores as {@code name}. */
    @Override
    public String toString() {
        return '/' + account + '/' + container + '/' + object;
    }

    private static void requireSegment(String field, String value) {
        requireText(field, value);
        if (value.indexOf('/') >= 0) {
            throw new IllegalArgumentException(
                    field + " \"" + value + "\": must not contain a slash");
        }
    }

    private static void requireText(String field, String value) {
        if (value.isEmpty()) {
            throw new IllegalArgumentException(field + ": must not be empty");
        }
        for (int i = 0; i < value.length(); i++) {
            if (Character.isSurrogate(value.charAt(i))) {
                if (!Character.isHighSurrogate(value.charAt(i))
                        || i + 1 == value.length()
                        || !Character.isLowSurrogate(value.charAt(i + 1))) {
                    throw new IllegalArgumentException(
                            field + ": must be valid Unicode, has a lone surrogate at " + i);
                }
                i++;
            }
        }
    }
}
