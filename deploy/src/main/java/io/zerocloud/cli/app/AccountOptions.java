package io.zerocloud.cli.app;

import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * Where a user's account is and how to get in: options, and the environment variables that
 * python-swiftclient and OpenStack's tools know.
 */
public final class AccountOptions {
    @Option(
            names = {"-A", "--auth"},
            paramLabel = "URL",
            description = "TempAuth's address; $ST_AUTH.")
    private @Nullable String auth;

    @Option(
            names = {"-U", "--user"},
            paramLabel = "ACCOUNT:USER",
            description = "$ST_USER.")
    private @Nullable String user;

    @Option(
            names = {"-K", "--key"},
            paramLabel = "KEY",
            description = "$ST_KEY.")
    private @Nullable String key;

    @Option(
            names = "--os-auth-url",
            paramLabel = "URL",
            description = "Keystone's address, with /v3; $OS_AUTH_URL.")
    private @Nullable String osAuthUrl;

    @Option(names = "--os-username", paramLabel = "USER", description = "$OS_USERNAME.")
    private @Nullable String osUsername;

    @Option(names = "--os-password", paramLabel = "PASSWORD", description = "$OS_PASSWORD.")
    private @Nullable String osPassword;

    @Option(
            names = {"--os-project-name", "--os-tenant-name"},
            paramLabel = "PROJECT",
            description = "$OS_PROJECT_NAME or $OS_TENANT_NAME.")
    private @Nullable String osProject;

    @Option(
            names = "--os-user-domain-name",
            paramLabel = "DOMAIN",
            description = "$OS_USER_DOMAIN_NAME; Default.")
    private @Nullable String osUserDomain;

    @Option(
            names = "--os-project-domain-name",
            paramLabel = "DOMAIN",
            description = "$OS_PROJECT_DOMAIN_NAME; Default.")
    private @Nullable String osProjectDomain;

    @Option(
            names = "--proxy",
            paramLabel = "URL",
            description =
                    "ZeroCloud's proxy, where the account's address is bare Swift's;"
                            + " $ZEROCLOUD_PROXY.")
    private @Nullable String proxy;

    /** How to log in. */
    sealed interface How {
        record TempAuth(String url, String user, String key) implements How {}

        record Keystone(
                String url,
                String user,
                String userDomain,
                String password,
                String project,
                String projectDomain)
                implements How {}

        record Token(String storageUrl, String token) implements How {}
    }

    /**
     * What the options and the environment say: TempAuth if that is complete, then Keystone, then a
     * token that another tool got.
     *
     * @throws IllegalArgumentException with what is needed, if nothing is complete
     */
    How how(Map<String, String> environment) {
        Optional<String> st = given(auth, environment, "ST_AUTH");
        Optional<String> stUser = given(user, environment, "ST_USER");
        Optional<String> stKey = given(key, environment, "ST_KEY");
        if (st.isPresent() && stUser.isPresent() && stKey.isPresent()) {
            return new How.TempAuth(st.get(), stUser.get(), stKey.get());
        }
        Optional<String> os = given(osAuthUrl, environment, "OS_AUTH_URL");
        Optional<String> name = given(osUsername, environment, "OS_USERNAME");
        Optional<String> password = given(osPassword, environment, "OS_PASSWORD");
        Optional<String> project =
                given(osProject, environment, "OS_PROJECT_NAME")
                        .or(() -> given(null, environment, "OS_TENANT_NAME"));
        if (os.isPresent() && name.isPresent() && password.isPresent() && project.isPresent()) {
            return new How.Keystone(
                    os.get(),
                    name.get(),
                    given(osUserDomain, environment, "OS_USER_DOMAIN_NAME").orElse("Default"),
                    password.get(),
                    project.get(),
                    given(osProjectDomain, environment, "OS_PROJECT_DOMAIN_NAME")
                            .orElse("Default"));
        }
        Optional<String> token = given(null, environment, "OS_AUTH_TOKEN");
        Optional<String> storage = given(null, environment, "OS_STORAGE_URL");
        if (token.isPresent() && storage.isPresent()) {
            return new How.Token(storage.get(), token.get());
        }
        throw new IllegalArgumentException(
                "no account: set ST_AUTH, ST_USER and ST_KEY, or OS_AUTH_URL, OS_USERNAME,"
                        + " OS_PASSWORD and OS_PROJECT_NAME, or OS_STORAGE_URL and OS_AUTH_TOKEN");
    }

    /** Where jobs go, if not to the account's own address. */
    Optional<String> proxy(Map<String, String> environment) {
        return given(proxy, environment, "ZEROCLOUD_PROXY");
    }

    private static Optional<String> given(
            @Nullable String option, Map<String, String> environment, String variable) {
        return Optional.ofNullable(option)
                .or(() -> Optional.ofNullable(environment.get(variable)))
                .filter(text -> !text.isEmpty());
    }
}
