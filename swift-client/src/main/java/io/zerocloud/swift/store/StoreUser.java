package io.zerocloud.swift.store;

import java.util.List;

/**
 * A TempAuth user, as {@code user_<account>_<user> = <key> <groups...>} declares one to Swift.
 *
 * @param account name without the {@code AUTH_} prefix, e.g. {@code test}
 * @param user name within the account, e.g. {@code tester}
 * @param key the password
 * @param groups further groups; {@code .admin} makes the user an owner of its account, {@code
 *     .reseller_admin} of all accounts
 */
public record StoreUser(String account, String user, String key, List<String> groups) {
    /**
     * Checks that the names can be told apart where Swift joins them with {@code :} and {@code ,}.
     */
    public StoreUser {
        groups = List.copyOf(groups);
        requireName("account", account);
        requireName("user", user);
        if (key.isEmpty()) {
            throw new IllegalArgumentException(
                    "key of user " + account + ":" + user + " is empty: a key needs a character");
        }
    }

    /** An owner of its account: groups {@code .admin}. */
    public static StoreUser admin(String account, String user, String key) {
        return new StoreUser(account, user, key, List.of(".admin"));
    }

    /** {@code account:user}, what a client gives as its user name. */
    public String name() {
        return account + ":" + user;
    }

    /** {@code AUTH_<account>}, the account's name in paths. */
    public String storageAccount() {
        return TempAuth.RESELLER_PREFIX + account;
    }

    private static void requireName(String field, String value) {
        if (value.isEmpty()
                || value.chars().anyMatch(c -> c == ':' || c == ',' || c == '/' || c <= ' ')) {
            throw new IllegalArgumentException(
                    field
                            + " '"
                            + value
                            + "' of a user: one or more characters, none of them space, ':', ',' or '/'");
        }
    }
}
