package io.zerocloud.swift.auth;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A token source that logs in when it must and keeps the answer: one log-in at a time however many
 * requests wait, and a new one shortly before the token expires.
 */
public final class Login implements TokenSource {
    /** Requests under way should not see the token expire. */
    private static final Duration MARGIN = Duration.ofSeconds(30);

    private final Supplier<Future<Authentication>> service;
    private final InstantSource clock;
    private @Nullable Future<Authentication> current;

    /**
     * @param service one log-in: {@link TempAuth#login}, {@link KeystoneV3#login}
     */
    public Login(Supplier<Future<Authentication>> service) {
        this(service, InstantSource.system());
    }

    Login(Supplier<Future<Authentication>> service, InstantSource clock) {
        this.service = service;
        this.clock = clock;
    }

    /** Token and storage URL in force. */
    public Future<Authentication> authentication() {
        return authentication("");
    }

    @Override
    public Future<String> token() {
        return authentication("").map(Authentication::token);
    }

    @Override
    public Future<String> renew(String refused) {
        return authentication(refused).map(Authentication::token);
    }

    private Future<Authentication> authentication(String refused) {
        Promise<Authentication> promise;
        synchronized (this) {
            Future<Authentication> known = current;
            if (known != null && (!known.isComplete() || usable(known, refused))) {
                return known;
            }
            promise = Promise.promise();
            current = promise.future();
        }
        // Outside the lock: the service's code may complete at once and call back.
        service.get().onComplete(promise);
        return promise.future();
    }

    private boolean usable(Future<Authentication> known, String refused) {
        return known.succeeded()
                && !known.result().token().equals(refused)
                && known.result()
                        .expires()
                        .map(end -> clock.instant().plus(MARGIN).isBefore(end))
                        .orElse(true);
    }
}
