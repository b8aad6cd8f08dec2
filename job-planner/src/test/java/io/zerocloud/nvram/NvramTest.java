package io.zerocloud.nvram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NvramTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a,b", "a#b", "a=b", "a\nb", "a\"b", "a\\b", "a\u0085b"})
    void a_name_that_could_be_syntax_is_refused(String name) {
        assertThatThrownBy(() -> Nvram.render(List.of(), List.of(), Map.of(name, "v"), Map.of()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Nvram.render(List.of(), List.of(), Map.of(), Map.of(name, "file")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(
                        () ->
                                Nvram.render(
                                        List.of(Mount.readOnly(name, false)),
                                        List.of(),
                                        Map.of(),
                                        Map.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_value_stays_on_its_line_and_comes_back() {
        String value = "first\n[args]\nargs=x, name=y # \\x41 \"q\" ü ";
        String text = Nvram.render(List.of(), List.of(), Map.of("V", value), Map.of());
        assertThat(text)
                .isEqualTo(
                        "[env]\nname=V, value=first\\x0a[args]\\x0aargs=x\\x2c name=y \\x23"
                                + " \\x5cx41 \\x22q\\x22 ü\\x20\n");
        String written = text.lines().toList().get(1).substring("name=V, value=".length());
        assertThat(CommandLine.split(written.replace(" ", "\\x20"))).containsExactly(value);
    }

    @Test
    void nul_is_refused() {
        assertThatThrownBy(() -> Nvram.render(List.of(), List.of("a\0b"), Map.of(), Map.of()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Nvram.render(List.of(), List.of(), Map.of("A", "a\0"), Map.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void empty_sections_and_empty_values_are_left_out() {
        assertThat(Nvram.render(List.of(), List.of(), Map.of("A", ""), Map.of())).isEmpty();
    }
}
