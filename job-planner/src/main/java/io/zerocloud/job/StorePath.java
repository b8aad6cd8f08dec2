package io.zerocloud.job;

/**
 * A container or an object of the store.
 *
 * @param account never empty
 * @param container never empty, without slashes
 * @param object empty for the container itself; may hold slashes
 */
public record StorePath(String account, String container, String object)
        implements Comparable<StorePath> {

    public StorePath {
        if (account.isEmpty()
                || container.isEmpty()
                || account.indexOf('/') >= 0
                || container.indexOf('/') >= 0) {
            throw new IllegalArgumentException(
                    "not a store path: " + account + " / " + container + " / " + object);
        }
    }

    public static StorePath container(String account, String container) {
        return new StorePath(account, container, "");
    }

    public boolean isContainer() {
        return object.isEmpty();
    }

    /** The container that holds it, or itself. */
    public StorePath inContainer() {
        return isContainer() ? this : container(account, container);
    }

    /** {@code swift://account/container[/object]}, not percent-encoded, as jobs write it. */
    public String url() {
        return "swift:/" + this;
    }

    /** {@code /account/container[/object]}, not percent-encoded. */
    @Override
    public String toString() {
        return "/" + account + "/" + container + (isContainer() ? "" : "/" + object);
    }

    @Override
    public int compareTo(StorePath other) {
        int order = account.compareTo(other.account);
        order = order != 0 ? order : container.compareTo(other.container);
        return order != 0 ? order : object.compareTo(other.object);
    }
}
