package io.zerocloud.swift.store;

import java.util.List;

/**
 * Who makes a request, as TempAuth's token tells it.
 *
 * @param groups account, {@code account:user}, then further groups, with {@code AUTH_<account>} in
 *     place of {@code .admin}; empty for nobody in particular
 */
record Identity(List<String> groups) {
    static final Identity ANONYMOUS = new Identity(List.of());

    boolean isAnonymous() {
        return groups.isEmpty();
    }

    boolean isIn(String group) {
        return groups.contains(group);
    }
}
