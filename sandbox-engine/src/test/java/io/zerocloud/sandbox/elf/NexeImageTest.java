package io.zerocloud.sandbox.elf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Good and bad executables, the latter mostly in {@code files.txt}. */
class NexeImageTest {
    record Line(String expected, String field, String changes) {}

    static Stream<Line> files() throws IOException {
        try (InputStream in = NexeImageTest.class.getResourceAsStream("files.txt")) {
            assertThat(in).isNotNull();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                            .lines()
                            .filter(line -> !line.isBlank() && !line.startsWith("#"))
                            .map(line -> line.split("\\s*\\|\\s*", 3))
                            .map(c -> new Line(c[0], c[1], c[2]))
                            .toList()
                            .stream();
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void changedFilesAreJudgedByTheRuleTheyBreak(Line line) throws ElfRejected {
        byte[] file = new NexeFile().change(line.changes()).bytes();
        if (line.expected().equals("ok")) {
            assertThat(NexeImage.parse(file).text().address()).isEqualTo(0x20000);
            return;
        }
        ElfRejected rejected = catchThrowableOfType(ElfRejected.class, () -> NexeImage.parse(file));
        assertThat(rejected).isNotNull();
        assertThat(rejected.reason()).isEqualTo(ElfRejected.Reason.valueOf(line.expected()));
        assertThat(rejected.field()).isEqualTo(line.field());
        assertThat(rejected.getMessage()).contains(line.field()).contains(rejected.rule());
    }

    @Test
    void aGoodFileGivesItsLayout() throws ElfRejected {
        NexeImage image = NexeImage.parse(new NexeFile().bytes());
        assertThat(image.entry()).isEqualTo(0x20000);
        assertThat(image.text()).isEqualTo(new Segment(0x1000, 0x20000, 0x40, 0x40));
        assertThat(image.rodata()).contains(new Segment(0x2000, 0x30000, 0x10, 0x10));
        assertThat(image.data()).contains(new Segment(0x3000, 0x40000, 0x10, 0x123));
        assertThat(image.heapStart()).hasValue(0x40123);
        assertThat(image.mappedTextEnd()).isEqualTo(0x30000);
    }

    @Test
    void aFileWithoutDataHasNoHeap() throws ElfRejected {
        assertThat(NexeImage.parse(new NexeFile().change("e_phnum=1").bytes()).heapStart())
                .isEmpty();
    }

    @Test
    void theMappedTextIsTheCodeAndThenHalts() throws ElfRejected {
        ByteBuffer shifted = ByteBuffer.allocate(0x4007);
        shifted.position(7).mark();
        shifted.put(new NexeFile().bytes()).reset();
        byte[] pages = NexeImage.parse(shifted).mappedText(shifted);
        assertThat(pages).hasSize(0x10000);
        for (int i = 0; i < pages.length; i++) {
            assertThat(pages[i]).isEqualTo(i < 0x40 ? (byte) 0x90 : NexeImage.FILL);
        }
        assertThat(shifted.position()).isEqualTo(7);
    }

    @Test
    void everyTextEndLeavesAtLeastABundleOfFill() throws ElfRejected {
        for (int size : new int[] {1, 0xFFDF, 0xFFE0, 0xFFE1, 0xFFFF, 0x10000, 0x10001}) {
            NexeFile nexe = new NexeFile().change("e_phnum=1 p0.p_offset=0 p0.p_align=1");
            nexe.change("size=0x20000 p0.p_filesz=" + size + " p0.p_memsz=" + size);
            byte[] file = nexe.bytes();
            NexeImage image = NexeImage.parse(file);
            assertThat(image.mappedTextEnd() % NexeImage.PAGE).isZero();
            assertThat(image.mappedTextEnd() - image.text().end()).isBetween(32L, 0x1001FL);
        }
    }

    /** Whatever the bytes, the answer is a checked layout or a typed refusal. */
    @Test
    void randomDamageNeverDoesAnythingElse() {
        Random random = new Random(20130611);
        byte[] good = new NexeFile().bytes();
        int accepted = 0;
        for (int i = 0; i < 50_000; i++) {
            byte[] file = good.clone();
            for (int n = random.nextInt(3); n >= 0; n--) {
                file[random.nextInt(64 + 4 * 56)] = (byte) random.nextInt();
            }
            try {
                NexeImage image = NexeImage.parse(file);
                accepted++;
                assertThat(image.mappedText(ByteBuffer.wrap(file))).isNotEmpty();
                long end = image.mappedTextEnd();
                if (image.rodata().isPresent()) {
                    assertThat(image.rodata().get().address()).isGreaterThanOrEqualTo(end);
                    end = image.rodata().get().end();
                }
                if (image.data().isPresent()) {
                    assertThat(image.data().get().address()).isGreaterThanOrEqualTo(end);
                    end = image.data().get().end();
                }
                assertThat(end).isLessThanOrEqualTo(NexeImage.SEGMENTS_END);
            } catch (ElfRejected e) {
                assertThat(e.getMessage()).isNotBlank();
            }
        }
        assertThat(accepted).isBetween(100, 49_000);
    }
}
