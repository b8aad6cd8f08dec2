package io.zerocloud.sandbox.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.zerocloud.sandbox.guests.Guests;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class EngineTest {
    private static Engine engine;

    @BeforeAll
    static void start() throws Exception {
        engine = Engine.start(EngineConfig.defaults().withPoolSize(4));
    }

    @AfterAll
    static void stop() {
        engine.close();
    }

    @Test
    void aGuestWritesAndExits() throws Exception {
        Run run = Run.of(engine, Guests.nexe("hello"));
        assertThat(run.outcome()).isEqualTo(new Outcome.Exited(7));
        assertThat(run.stdout()).isEqualTo("Hello, ZeroCloud\n");
    }
}
