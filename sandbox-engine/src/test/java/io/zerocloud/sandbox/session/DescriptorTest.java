package io.zerocloud.sandbox.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zerocloud.sandbox.guests.Guests;
import java.io.ByteArrayInputStream;
import java.lang.foreign.Arena;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who holds a number, and what a worker may do with it. */
@org.junit.jupiter.api.extension.ExtendWith(Engines.class)
class DescriptorTest {
    @Test
    void aSharedNumberStaysOpenUntilAllHaveClosedIt() throws Exception {
        Descriptor owner = Posix.memoryFile("owner");
        int number = owner.number();
        Descriptor user = owner.share();
        owner.close();
        owner.close();
        assertThatThrownBy(owner::number).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(owner::share).isInstanceOf(IllegalStateException.class);
        Posix.pwriteFully(user.number(), Arena.global().allocate(1), 0);
        assertThat(Posix.stat(number).size()).isEqualTo(1);
        Descriptor moved = user.take();
        user.close();
        assertThat(Posix.stat(moved.number()).size()).isEqualTo(1);
        moved.close();
        assertThatThrownBy(moved::share).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aRequestHoldsTheFilesThatItsCallerCloses(Engine engine) throws Exception {
        OpenFile file = OpenFile.of(new byte[] {1});
        try (Program program = engine.load(new ByteArrayInputStream(Guests.nexe("hello")));
                Arena arena = Arena.ofConfined()) {
            SessionSpec spec = input(program, file);
            ChannelPlan plan = ChannelPlan.of(spec.channels());
            OpenChannels open = plan.open();
            SealedProgram sealed = ((Programs.Held) program).sealed();
            SessionFiles files = SessionFiles.of(spec);
            Request request = Request.of(arena, spec, sealed, plan.channels(), open, files);
            int number = open.descriptors().get(0).number();
            file.close();
            open.sent();
            try (OpenFile next = OpenFile.of(new byte[2])) {
                assertThat(next.descriptor().number()).isNotEqualTo(number);
            }
            assertThat(Posix.stat(number).size()).isEqualTo(1);
            request.close();
            assertThatThrownBy(() -> Request.of(arena, spec, sealed, plan.channels(), open, files))
                    .isInstanceOf(EngineException.InvalidSpec.class);
            assertThatThrownBy(plan::open).isInstanceOf(EngineException.InvalidSpec.class);
        }
    }

    @Test
    void aFileToBeReadIsHandedOverForReadingOnly(Engine engine) throws Exception {
        try (Program program = engine.load(new ByteArrayInputStream(Guests.nexe("hello")));
                OpenFile spool = OpenFile.memory();
                OpenFile duplicate = OpenFile.duplicate(spool.descriptor().number());
                OpenFile sealed = OpenFile.of(new byte[1])) {
            for (OpenFile file : List.of(spool, duplicate, sealed)) {
                OpenChannels open = ChannelPlan.of(input(program, file).channels()).open();
                Descriptor given = open.descriptors().get(0);
                int flags = Posix.fcntl(given.number(), Posix.F_GETFL, 0);
                assertThat(flags & Posix.O_ACCMODE).isEqualTo(Posix.O_RDONLY);
                open.sent();
                assertThat(given.isOpen()).isFalse();
                assertThat(file.size()).isNotNegative();
            }
        }
    }

    private static SessionSpec input(Program program, OpenFile file) {
        return SessionSpec.of(program, new Limits(Run.MEMORY, Duration.ofSeconds(5)))
                .channel(
                        new Channel(
                                Channel.STDIN,
                                ChannelType.SEQUENTIAL,
                                ChannelLimits.reads(ChannelLimits.UNLIMITED),
                                Backing.FileRegion.whole(file)))
                .channel(Run.nothing(Channel.STDOUT))
                .channel(Run.nothing(Channel.STDERR))
                .build();
    }
}
