package io.zerocloud.sandbox.session;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A short soak; {@code zerocloud bench soak} is the long one. */
class SoakTest {
    @Test
    void sessionsLeaveNothingBehind() throws Exception {
        try (Engine engine = Engine.start(EngineConfig.defaults().withPoolSize(4))) {
            Soak.Result result = Soak.run(engine, 1_500);
            assertThat(result.unexpected()).isZero();
            // The JVM opens a file of its own now and then.
            assertThat(result.after().descriptors()).isLessThan(result.before().descriptors() + 5);
            assertThat(result.after().supervisorDescriptors())
                    .isEqualTo(result.before().supervisorDescriptors());
            assertThat(result.after().supervisorKilobytes())
                    .isLessThan(result.before().supervisorKilobytes() + 64);
            assertThat(result.after().zombies()).isZero();
            assertThat(result.after().processes()).isEqualTo(result.before().processes());
            assertThat(engine.usage().memoryBytes()).isZero();
        }
    }
}
