package io.zerocloud.swift.auth;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;
import org.openstack4j.api.OSClient.OSClientV3;
import org.openstack4j.api.exceptions.ResponseException;
import org.openstack4j.api.types.Facing;
import org.openstack4j.core.transport.Config;
import org.openstack4j.model.common.Identifier;
import org.openstack4j.model.identity.v3.Endpoint;
import org.openstack4j.model.identity.v3.Service;
import org.openstack4j.model.identity.v3.Token;
import org.openstack4j.openstack.OSFactory;

/**
 * Log-in with Keystone's Identity API v3 by password, scoped to a project, through OpenStack4j.
 *
 * <p>Of OpenStack4j only authentication and catalogue are used. What is worked around: it keeps
 * sessions in thread-local variables that nothing clears (every log-in has a thread of its own,
 * which ends), blocks, throws undeclared exceptions of several families, and without a time limit.
 *
 * @param url {@code http://host:5000/v3}
 * @param password a secret
 * @param region of Swift's endpoint in the catalogue; the first one if empty
 */
public record KeystoneV3(
        URI url,
        String user,
        Ref userDomain,
        String password,
        Ref project,
        Ref projectDomain,
        Optional<String> region,
        Interface face) {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    /** How a domain or project is given; names of projects are unique within their domain only. */
    public sealed interface Ref {
        /** As people say it. */
        record Name(String name) implements Ref {}

        /** As Keystone keeps it. */
        record Id(String id) implements Ref {}

        private Identifier identifier() {
            return switch (this) {
                case Name(String name) -> Identifier.byName(name);
                case Id(String id) -> Identifier.byId(id);
            };
        }
    }

    /** Which of Swift's addresses is meant. */
    public enum Interface {
        PUBLIC,
        INTERNAL,
        ADMIN;

        private Facing facing() {
            return Facing.valueOf(name());
        }
    }

    /** A user and project of the named domains, Swift's public address, any region. */
    public static KeystoneV3 of(
            URI url,
            String user,
            String userDomain,
            String password,
            String project,
            String projectDomain) {
        return new KeystoneV3(
                url,
                user,
                new Ref.Name(userDomain),
                password,
                new Ref.Name(project),
                new Ref.Name(projectDomain),
                Optional.empty(),
                Interface.PUBLIC);
    }

    /**
     * Logs in once.
     *
     * @return fails with {@link AuthenticationException}
     */
    public Future<Authentication> login(Vertx vertx) {
        FutureTask<Authentication> task = new FutureTask<>(this::loginNow);
        return vertx.executeBlocking(
                () -> {
                    Thread.ofPlatform().daemon().name("keystone-login").start(task);
                    try {
                        return task.get();
                    } catch (ExecutionException e) {
                        throw failure(e.getCause());
                    }
                },
                false);
    }

    private Authentication loginNow() {
        OSClientV3 client =
                OSFactory.builderV3()
                        .endpoint(url.toString())
                        .credentials(user, password, userDomain.identifier())
                        .scopeToProject(project.identifier(), projectDomain.identifier())
                        .withConfig(
                                Config.newConfig()
                                        .withConnectionTimeout((int) TIMEOUT.toMillis())
                                        .withReadTimeout((int) TIMEOUT.toMillis()))
                        .authenticate();
        Token token = client.getToken();
        Date expires = token.getExpires();
        return new Authentication(
                swift(token),
                token.getId(),
                expires == null ? Optional.empty() : Optional.of(expires.toInstant()));
    }

    private URI swift(Token token) {
        List<? extends Service> catalogue = token.getCatalog();
        if (catalogue != null) {
            for (Service service : catalogue) {
                if ("object-store".equals(service.getType())) {
                    for (Endpoint endpoint : service.getEndpoints()) {
                        if (isWanted(endpoint)) {
                            return address(endpoint);
                        }
                    }
                }
            }
        }
        throw failed(
                "the catalogue has no "
                        + face.name().toLowerCase(Locale.ROOT)
                        + " endpoint of type object-store"
                        + region.map(r -> " in region " + r).orElse(""),
                null);
    }

    private boolean isWanted(Endpoint endpoint) {
        return endpoint.getIface() == face.facing()
                && region.map(r -> r.equals(endpoint.getRegion())).orElse(true);
    }

    private URI address(Endpoint endpoint) {
        try {
            return endpoint.getUrl().toURI();
        } catch (URISyntaxException e) {
            throw failed("the catalogue has a broken address, " + endpoint.getUrl(), e);
        }
    }

    private AuthenticationException failure(@Nullable Throwable e) {
        return switch (e) {
            case AuthenticationException ours -> ours;
            // OpenStack4j's own messages of refusals are dumps of objects.
            case ResponseException refused -> failed("status " + refused.getStatus(), refused);
            case null -> failed("no reason given", null);
            default -> failed(String.valueOf(e.getMessage()), e);
        };
    }

    private AuthenticationException failed(String why, @Nullable Throwable cause) {
        return new AuthenticationException(
                "log-in of " + user + " to project " + project + " at " + url + ": " + why, cause);
    }

    @Override
    public String toString() {
        return "KeystoneV3[" + url + ", " + user + ", " + project + ']';
    }
}
