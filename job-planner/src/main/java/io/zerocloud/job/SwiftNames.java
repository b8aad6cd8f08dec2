package io.zerocloud.job;

import java.nio.charset.StandardCharsets;

/**
 * Swift's rules for names, and one of our own: no part of a path is {@code .} or {@code ..}. HTTP
 * clients and servers between us and the store may remove such parts, and a path would then mean
 * another object than the one that was authorised.
 */
public final class SwiftNames {
    /** Swift's {@code max_account_name_length} and {@code max_container_name_length}. */
    private static final int LONGEST_CONTAINER = 256;

    /** Swift's {@code max_object_name_length}. */
    private static final int LONGEST_OBJECT = 1024;

    private SwiftNames() {}

    /** Whether account and container are there and all names keep the rules. */
    static boolean isContainerPath(Url.Swift url) {
        return !Fields.hasControl(url.text())
                && isAccount(url.account())
                && isContainer(url.container())
                && (url.object().isEmpty() || isObject(url.object()));
    }

    private static boolean isAccount(String name) {
        return isContainer(name);
    }

    /** Whether a container can be called so. */
    public static boolean isContainer(String name) {
        return !name.isEmpty()
                && name.indexOf('/') < 0
                && !isDots(name)
                && bytes(name) <= LONGEST_CONTAINER;
    }

    /** Whether an object can be called so. */
    public static boolean isObject(String name) {
        if (name.isEmpty() || bytes(name) > LONGEST_OBJECT || name.indexOf('\0') >= 0) {
            return false;
        }
        for (String part : name.split("/", -1)) {
            if (isDots(part)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isDots(String part) {
        return part.equals(".") || part.equals("..");
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
