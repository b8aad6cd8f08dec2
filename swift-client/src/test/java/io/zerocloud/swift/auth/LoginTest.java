package io.zerocloud.swift.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class LoginTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final AtomicReference<Instant> clock = new AtomicReference<>(NOW);
    private final AtomicInteger logins = new AtomicInteger();
    private final Deque<Promise<Authentication>> asked = new ArrayDeque<>();
    private final Login login =
            new Login(
                    () -> {
                        logins.incrementAndGet();
                        Promise<Authentication> answer = Promise.promise();
                        asked.add(answer);
                        return answer.future();
                    },
                    clock::get);

    @Test
    void oneLogInServesAllWhoWait() {
        Future<String> one = login.token();
        Future<String> other = login.token();
        answer("t1", Optional.empty());

        assertThat(one.result()).isEqualTo("t1");
        assertThat(other.result()).isEqualTo("t1");
        assertThat(login.token().result()).isEqualTo("t1");
        assertThat(logins).hasValue(1);
    }

    @Test
    void aTokenIsReplacedBeforeItExpires() {
        login.token();
        answer("t1", Optional.of(NOW.plusSeconds(3600)));
        clock.set(NOW.plusSeconds(3600).minus(Duration.ofSeconds(31)));
        assertThat(login.token().result()).isEqualTo("t1");

        clock.set(NOW.plusSeconds(3600).minus(Duration.ofSeconds(29)));
        Future<String> next = login.token();
        answer("t2", Optional.empty());
        assertThat(next.result()).isEqualTo("t2");
    }

    @Test
    void manyRefusalsOfOneTokenAreOneLogIn() {
        login.token();
        answer("t1", Optional.empty());
        Future<String> one = login.renew("t1");
        Future<String> other = login.renew("t1");
        answer("t2", Optional.empty());

        assertThat(one.result()).isEqualTo("t2");
        assertThat(other.result()).isEqualTo("t2");
        // A late one is told the token that has been got since.
        assertThat(login.renew("t1").result()).isEqualTo("t2");
        assertThat(logins).hasValue(2);
    }

    @Test
    void aFailureIsNotKept() {
        Future<String> failed = login.token();
        asked.remove().fail(new AuthenticationException("down"));
        assertThat(failed.cause()).hasMessage("down");

        Future<String> next = login.token();
        answer("t1", Optional.empty());
        assertThat(next.result()).isEqualTo("t1");
    }

    @Test
    void aTokenThatWasBroughtIsNotRenewed() {
        TokenSource brought = TokenSource.of("t");
        assertThat(brought.token().result()).isEqualTo("t");
        assertThatThrownBy(() -> brought.renew("t").await())
                .isInstanceOf(AuthenticationException.class);
        assertThat(
                        new Authentication(URI.create("http://s"), "secret", Optional.empty())
                                .toString())
                .doesNotContain("secret");
        assertThat(new TempAuth(URI.create("http://s"), "u", "secret").toString())
                .doesNotContain("secret");
    }

    private void answer(String token, Optional<Instant> expires) {
        asked.remove()
                .complete(new Authentication(URI.create("http://s/v1/AUTH_a"), token, expires));
    }
}
