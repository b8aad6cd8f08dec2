package io.zerocloud.swift.store;

import java.util.Optional;

/**
 * What a path {@code /v1/account[/container[/object]]} names.
 *
 * @param container empty for an account
 * @param object empty for an account or a container; may contain slashes
 */
record SwiftPath(String account, String container, String object) {
    private static final int PARTS = 4;

    /**
     * Splits as Swift's {@code split_path(path, 2, 4, True)} does: no empty part but the last.
     *
     * @return nothing where the path names nothing
     */
    static Optional<SwiftPath> parse(String path) {
        String[] parts = path.split("/", PARTS + 1);
        if (parts.length < 3 || !parts[0].isEmpty() || parts[1].isEmpty() || parts[2].isEmpty()) {
            return Optional.empty();
        }
        String container = parts.length > 3 ? parts[3] : "";
        String object = parts.length > 4 ? parts[4] : "";
        if (container.isEmpty() && !object.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new SwiftPath(parts[2], container, object));
    }

    static SwiftPath ofContainer(String account, String container) {
        return new SwiftPath(account, container, "");
    }

    /**
     * Splits {@code [/]container/object}, the form in copy headers and manifests.
     *
     * @return nothing where either is missing
     */
    static Optional<SwiftPath> parseObject(String account, String text) {
        String stripped = text.startsWith("/") ? text.substring(1) : text;
        int slash = stripped.indexOf('/');
        return slash < 1 || slash == stripped.length() - 1
                ? Optional.empty()
                : Optional.of(
                        new SwiftPath(
                                account,
                                stripped.substring(0, slash),
                                stripped.substring(slash + 1)));
    }

    boolean isObject() {
        return !object.isEmpty();
    }

    boolean isContainer() {
        return !container.isEmpty() && object.isEmpty();
    }

    /** {@code /account[/container[/object]]}, the name that Swift hashes and stores. */
    String name() {
        StringBuilder name = new StringBuilder("/").append(account);
        if (!container.isEmpty()) {
            name.append('/').append(container);
        }
        if (!object.isEmpty()) {
            name.append('/').append(object);
        }
        return name.toString();
    }
}
