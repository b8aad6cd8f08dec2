package io.zerocloud.authority;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.zerocloud.stream.Await;
import io.zerocloud.swift.auth.Authentication;
import io.zerocloud.swift.auth.KeystoneV3;
import io.zerocloud.swift.auth.Login;
import io.zerocloud.swift.auth.TempAuth;
import java.io.IOException;
import java.time.Duration;

/** The user of ours that acts in set-uid jobs. Logs in when first needed. */
public final class ServiceUser implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Login login;
    private final Runnable closing;

    private ServiceUser(Login login, Runnable closing) {
        this.login = login;
        this.closing = closing;
    }

    /** A user of TempAuth. */
    public static ServiceUser of(Vertx vertx, TempAuth user) {
        HttpClient http = vertx.createHttpClient();
        return new ServiceUser(new Login(() -> user.login(http)), http::close);
    }

    /** A user of Keystone. */
    public static ServiceUser of(Vertx vertx, KeystoneV3 user) {
        return new ServiceUser(new Login(() -> user.login(vertx)), () -> {});
    }

    String token() throws IOException {
        return authentication().token();
    }

    /** A token in place of one that Swift refused. */
    String renew(String refused) throws IOException {
        return Await.on(login.renew(refused), PATIENCE);
    }

    /** The account whose containers hold the probes. */
    String account() throws IOException {
        String path = authentication().storageUrl().getPath();
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private Authentication authentication() throws IOException {
        return Await.on(login.authentication(), PATIENCE);
    }

    @Override
    public void close() {
        closing.run();
    }
}
