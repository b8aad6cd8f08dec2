package io.zerocloud.swift.auth;

import io.vertx.core.Future;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Log-in of Swift's TempAuth and every other v1 service: {@code X-Auth-User} and {@code X-Auth-Key}
 * on a GET.
 *
 * @param url {@code http://host:port/auth/v1.0}
 * @param user {@code account:user}
 * @param key a secret
 */
public record TempAuth(URI url, String user, String key) {
    private static final long TIMEOUT_SECONDS = 30;

    /**
     * Logs in once.
     *
     * @param http any client; the request's address is absolute
     * @return fails with {@link AuthenticationException}
     */
    public Future<Authentication> login(HttpClient http) {
        RequestOptions request =
                new RequestOptions()
                        .setAbsoluteURI(url.toString())
                        .putHeader("X-Auth-User", user)
                        .putHeader("X-Auth-Key", key);
        return http.request(request)
                .compose(HttpClientRequest::send)
                .compose(response -> response.end().map(response))
                .timeout(TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .map(this::read)
                .recover(
                        e ->
                                Future.failedFuture(
                                        e instanceof AuthenticationException
                                                ? e
                                                : new AuthenticationException(
                                                        describe() + ": " + e.getMessage(), e)));
    }

    private Authentication read(HttpClientResponse response) {
        if (response.statusCode() / 100 != 2) {
            throw new AuthenticationException(
                    describe() + ": " + response.statusCode() + ' ' + response.statusMessage());
        }
        String storageUrl = response.getHeader("X-Storage-Url");
        String token = response.getHeader("X-Auth-Token");
        if (storageUrl == null || token == null) {
            throw new AuthenticationException(
                    describe() + ": the answer has no X-Storage-Url or no X-Auth-Token");
        }
        return new Authentication(URI.create(storageUrl), token, expiry(response));
    }

    private static Optional<Instant> expiry(HttpClientResponse response) {
        String seconds = response.getHeader("X-Auth-Token-Expires");
        return seconds != null && seconds.matches("[0-9]{1,9}")
                ? Optional.of(Instant.now().plusSeconds(Long.parseLong(seconds)))
                : Optional.empty();
    }

    private String describe() {
        return "log-in of " + user + " at " + url;
    }

    @Override
    public String toString() {
        return "TempAuth[" + url + ", " + user + ']';
    }
}
