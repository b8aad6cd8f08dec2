package io.zerocloud.swift.store;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Swift's TempAuth: users from the configuration, a token a user for a day, handed out again until
 * it expires. Tokens are random, live in memory only, and end with the process.
 */
final class TempAuth {
    static final String RESELLER_PREFIX = "AUTH_";

    private static final String TOKEN_PREFIX = RESELLER_PREFIX + "tk";
    private static final long TOKEN_SECONDS = 86_400;

    private record Token(String text, Identity identity, long expires) {}

    private final Map<String, StoreUser> users = new LinkedHashMap<>();
    private final Map<String, Token> byUser = new ConcurrentHashMap<>();
    private final Map<String, Token> byText = new ConcurrentHashMap<>();
    private final SecureRandom random = new SecureRandom();

    TempAuth(List<StoreUser> users) {
        for (StoreUser user : users) {
            if (this.users.put(user.name(), user) != null) {
                throw new IllegalArgumentException("user " + user.name() + " is given twice");
            }
        }
    }

    /**
     * Who a request comes from.
     *
     * @throws RequestFailure 401 for a token that is not, or no more, one of this store's
     */
    Identity identify(Request request) {
        Optional<String> token =
                request.header("X-Auth-Token").or(() -> request.header("X-Storage-Token"));
        if (token.isEmpty() || !token.get().startsWith(RESELLER_PREFIX)) {
            return Identity.ANONYMOUS;
        }
        Identity identity =
                find(token.get())
                        .orElseThrow(
                                () -> new RequestFailure(unauthorized(realm(request.target()))));
        Optional<Identity> service = request.header("X-Service-Token").flatMap(this::find);
        if (service.isEmpty()) {
            return identity;
        }
        List<String> groups = new ArrayList<>(identity.groups());
        groups.addAll(service.get().groups());
        return new Identity(List.copyOf(groups));
    }

    private Optional<Identity> find(String text) {
        Token token = byText.get(text);
        return token == null || token.expires < Timestamps.nowSeconds()
                ? Optional.empty()
                : Optional.of(token.identity);
    }

    /** The groups that a token gives its bearer, joined by commas, as TempAuth keeps them. */
    Optional<String> groupsOf(String token) {
        return find(token).map(identity -> String.join(",", identity.groups()));
    }

    /** Ends a token before its time; its user gets another at the next login. */
    void revoke(String text) {
        // In this order: who logs in meanwhile gets one that lasts.
        byUser.values().removeIf(token -> token.text.equals(text));
        byText.remove(text);
    }

    private static String realm(Target target) {
        return SwiftPath.parse(target.path()).map(SwiftPath::account).orElse("unknown");
    }

    static Response unauthorized(String realm) {
        // A header ends at a line break, and a quote ends the realm.
        String safe = realm.replaceAll("[^\\x20-\\x7e]|\"", "_");
        return Response.of(HttpStatus.UNAUTHORIZED)
                .with("Www-Authenticate", "Swift realm=\"" + safe + "\"");
    }

    /** Answers {@code GET /auth/...}: a token and the account's URL for a user and its key. */
    Response authenticate(Request request) {
        if (!request.method().equals("GET")) {
            return Response.of(HttpStatus.METHOD_NOT_ALLOWED);
        }
        String[] parts = request.target().path().split("/", 6);
        String version = parts.length > 2 ? parts[2] : "";
        Optional<String> named =
                request.header("X-Auth-User").or(() -> request.header("X-Storage-User"));
        String user;
        if (version.equals("v1") && parts.length > 4 && parts[4].equals("auth")) {
            user = named.map(n -> n.contains(":") ? n : parts[3] + ":" + n).orElse("");
            if (!user.startsWith(parts[3] + ":")) {
                return unauthorized(parts[3]);
            }
        } else if (version.equals("v1.0") || version.equals("auth")) {
            user = named.orElse("");
        } else {
            return Response.of(version.isEmpty() ? HttpStatus.NOT_FOUND : HttpStatus.BAD_REQUEST);
        }
        String key =
                request.header("X-Auth-Key").or(() -> request.header("X-Storage-Pass")).orElse("");
        StoreUser known = users.get(widened(user));
        // Unknown users and wrong keys take the same way and get the same answer.
        boolean match = MessageDigest.isEqual(latin1(key), utf8(known == null ? "" : known.key()));
        if (known == null || !match) {
            return unauthorized("unknown");
        }
        Token token = token(known);
        String seconds = Long.toString(token.expires - Timestamps.nowSeconds());
        return Response.html(HttpStatus.OK, "")
                .with("X-Auth-Token", token.text)
                .with("X-Storage-Token", token.text)
                .with("X-Auth-Token-Expires", seconds)
                .with(
                        "X-Storage-Url",
                        request.hostUrl() + "/v1/" + Target.encodePath(known.storageAccount()));
    }

    private Token token(StoreUser user) {
        return byUser.compute(
                user.name(),
                (name, old) -> {
                    if (old != null && old.expires > Timestamps.nowSeconds()) {
                        return old;
                    }
                    if (old != null) {
                        byText.remove(old.text);
                    }
                    byte[] bytes = new byte[16];
                    random.nextBytes(bytes);
                    Token fresh =
                            new Token(
                                    TOKEN_PREFIX + HexFormat.of().formatHex(bytes),
                                    new Identity(groups(user)),
                                    Timestamps.nowSeconds() + TOKEN_SECONDS);
                    byText.put(fresh.text, fresh);
                    return fresh;
                });
    }

    private static List<String> groups(StoreUser user) {
        List<String> groups = new ArrayList<>(List.of(user.account(), user.name()));
        for (String group : user.groups()) {
            groups.add(group.equals(".admin") ? user.storageAccount() : group);
        }
        return List.copyOf(groups);
    }

    private static String widened(String latin1) {
        return new String(latin1(latin1), StandardCharsets.UTF_8);
    }

    private static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
