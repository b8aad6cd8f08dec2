package io.zerocloud.swift.store;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The text of X-Container-Read or X-Container-Write: groups, and for reading referrers ({@code
 * .r:host}) and {@code .rlistings}. The grammar is that of Swift's middleware/acl.py.
 */
record ContainerAcl(List<String> groups, List<String> referrers) {
    static final ContainerAcl NOBODY = new ContainerAcl(List.of(), List.of());

    private static final Set<String> REFERRER_NAMES = Set.of(".r", ".ref", ".referer", ".referrer");

    /** Reads a text that {@link #clean} has made. */
    static ContainerAcl parse(String text) {
        List<String> groups = new ArrayList<>();
        List<String> referrers = new ArrayList<>();
        for (String item : text.split(",")) {
            if (item.startsWith(".r:")) {
                referrers.add(item.substring(3));
            } else if (!item.isEmpty()) {
                groups.add(Target.decodePath(item));
            }
        }
        return new ContainerAcl(List.copyOf(groups), List.copyOf(referrers));
    }

    /**
     * Checks a text and brings it into its shortest form.
     *
     * @throws RequestFailure 400 naming the item and the rule
     */
    static String clean(String header, String text) {
        boolean write = header.toLowerCase(Locale.ROOT).contains("write");
        List<String> items = new ArrayList<>();
        for (String raw : text.split(",")) {
            String item = raw.strip();
            int colon = item.indexOf(':');
            String first = colon < 0 ? "" : item.substring(0, colon).strip();
            if (item.isEmpty()) {
                continue;
            }
            if (!first.startsWith(".")) {
                items.add(item);
                continue;
            }
            if (!REFERRER_NAMES.contains(first)) {
                throw RequestFailure.badRequest(
                        "Unknown designator '" + first + "' in ACL: '" + item + "'");
            }
            if (write) {
                throw RequestFailure.badRequest(
                        "Referrers not allowed in write ACL: '" + item + "'");
            }
            items.add(cleanReferrer(item, item.substring(colon + 1).strip()));
        }
        return String.join(",", items);
    }

    private static String cleanReferrer(String item, String designation) {
        boolean negate = designation.startsWith("-");
        String host = negate ? designation.substring(1).strip() : designation;
        if (host.length() > 1 && host.startsWith("*")) {
            host = host.substring(1).strip();
        }
        if (host.isEmpty() || host.equals(".")) {
            throw RequestFailure.badRequest(
                    "No host/domain value after referrer designation in ACL: '" + item + "'");
        }
        return ".r:" + (negate ? "-" : "") + host;
    }

    boolean allowsListing() {
        return groups.contains(".rlistings");
    }

    boolean allowsGroupOf(Identity identity) {
        return identity.groups().stream().anyMatch(groups::contains);
    }

    /** Whether the Referer header is of an allowed host; the last item that matches decides. */
    boolean allowsReferrer(Optional<String> referer) {
        if (referrers.isEmpty()) {
            return false;
        }
        String host = referer.map(ContainerAcl::hostOf).orElse("unknown");
        boolean allow = false;
        for (String item : referrers) {
            boolean negate = item.startsWith("-");
            String pattern = negate ? item.substring(1) : item;
            if (pattern.equals(host)
                    || (pattern.startsWith(".") && host.endsWith(pattern))
                    || (!negate && pattern.equals("*"))) {
                allow = !negate;
            }
        }
        return allow;
    }

    private static String hostOf(String referer) {
        try {
            String host = new URI(referer).getHost();
            return host == null || host.isEmpty() ? "unknown" : host.toLowerCase(Locale.ROOT);
        } catch (URISyntaxException e) {
            return "unknown";
        }
    }
}
