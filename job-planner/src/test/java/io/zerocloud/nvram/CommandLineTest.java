package io.zerocloud.nvram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '!',
            quoteCharacter = '`',
            value = {
                "a b  c ! a|b|c",
                "a\\x20b ! a b",
                "`\"a b\" c` ! a b|c",
                "`\"a b` ! a b",
                "`a\"b c\"` ! `a\"b|c\"`",
                "`\"\" x` ! `|x`",
                "`\"a\"b` ! a|b",
                "a\\x2cb,c#d ! a,b,c#d",
                "\\x5cx41 ! \\x41",
                "\\xc3\\xbc ! ü",
                "ü☃ ! ü☃",
                "\\x4 \\xzz \\ \\\\ ! \\x4|\\xzz|\\|\\\\",
            })
    void a_line_is_split_as_guests_always_did(String line, String words) {
        assertThat(CommandLine.split(line.strip())).containsExactly(words.strip().split("\\|", -1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\\x00b", "\\xff", "\\xc3", "\\xed\\xa0\\x80"})
    void what_no_argument_can_hold_is_refused(String line) {
        assertThatThrownBy(() -> CommandLine.split(line))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatever_is_joined_comes_back() {
        SplittableRandom random = new SplittableRandom(4);
        String alphabet = "ab \t\"\\,#=x0Z\n\r\u007fü☃[]'$%";
        for (int i = 0; i < 5_000; i++) {
            List<String> words = new ArrayList<>();
            for (int w = random.nextInt(5); w > 0; w--) {
                StringBuilder word = new StringBuilder();
                for (int c = random.nextInt(8); c > 0; c--) {
                    word.append(alphabet.charAt(random.nextInt(alphabet.length())));
                }
                words.add(word.toString());
            }
            String line = CommandLine.join(words);
            assertThat(CommandLine.split(line)).as(line).isEqualTo(words);
            assertThat(line)
                    .as("nothing in it is syntax of nvram")
                    .doesNotContain("\n", "\r", ",", "#", "\t");
        }
    }
}
