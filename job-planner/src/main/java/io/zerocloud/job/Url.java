package io.zerocloud.job;

import java.util.Optional;

/** The URL forms that a description can hold. No form is percent-decoded. */
public sealed interface Url {

    /** The URL as written. */
    String text();

    /**
     * {@code swift://account[/container[/object]]}; absent parts are empty. The account is still as
     * written: {@code .} and {@code ~} stand for the request's.
     */
    record Swift(String text, String account, String container, String object) implements Url {
        public boolean hasWildcard() {
            return account.indexOf('*') >= 0 || stars() > 0;
        }

        /** How many {@code *} container and object hold. */
        public int stars() {
            return (int) (container + "/" + object).chars().filter(c -> c == '*').count();
        }

        /** The same path with {@code .} and {@code ~} replaced. */
        Swift in(String requestAccount) {
            return account.equals(".") || account.equals("~")
                    ? new Swift(text, requestAccount, container, object)
                    : this;
        }
    }

    /**
     * {@code file://image:path}, a file in an image.
     *
     * @param image empty for {@code file://path}, which is the user's image
     */
    record File(String text, String image, String path) implements Url {}

    /**
     * {@code zvm://group:device}, a connection to another group.
     *
     * @param device without the {@code /dev/} that may precede it; both parts are empty if the URL
     *     lacks the colon
     */
    record Zvm(String text, String group, String device) implements Url {
        boolean isWellFormed() {
            return !group.isEmpty() && !device.isEmpty();
        }
    }

    /** {@code tcp://}, {@code udp://} and {@code cache://}: recognised, never usable. */
    record Unusable(String text) implements Url {}

    /** The URL in a text, or nothing if it has none of the known schemes. */
    static Optional<Url> parse(String text) {
        int end = text.indexOf("://");
        if (end < 0) {
            return Optional.empty();
        }
        String rest = text.substring(end + 3);
        return switch (text.substring(0, end)) {
            case "swift" -> Optional.of(swift(text, rest));
            case "file" -> Optional.of(file(text, rest));
            case "zvm" -> Optional.of(zvm(text, rest));
            case "tcp", "udp", "cache" -> Optional.of(new Unusable(text));
            default -> Optional.empty();
        };
    }

    private static Swift swift(String text, String rest) {
        String[] parts = rest.split("/", 3);
        return new Swift(
                text, parts[0], parts.length > 1 ? parts[1] : "", parts.length > 2 ? parts[2] : "");
    }

    private static File file(String text, String rest) {
        int colon = rest.indexOf(':');
        return colon < 0
                ? new File(text, "", rest)
                : new File(text, rest.substring(0, colon), rest.substring(colon + 1));
    }

    private static Zvm zvm(String text, String rest) {
        int colon = rest.indexOf(':');
        if (colon < 0) {
            return new Zvm(text, "", "");
        }
        String device = rest.substring(colon + 1);
        return new Zvm(
                text,
                rest.substring(0, colon),
                device.startsWith("/dev/") ? device.substring(5) : device);
    }
}
