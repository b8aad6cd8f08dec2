package io.zerocloud.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class ZeroCloudTest {
    /** Exit code, a blank, and all that was printed. */
    private static String run(String... args) {
        StringWriter said = new StringWriter();
        PrintWriter writer = new PrintWriter(said);
        int code = ZeroCloud.commandLine(args).setOut(writer).setErr(writer).execute(args);
        return code + " " + said;
    }

    @ParameterizedTest
    @ValueSource(strings = {"serve", "validate", "demo", "run", "cc", "job", "bench"})
    void eachCommandHasItsHelpWhetherAskedOfItOrOfHelp(String name) {
        String own = run(name, "--help");
        assertThat(own).startsWith("0 Usage: zerocloud " + name);
        assertThat(run("help", name)).isEqualTo(own);
        assertThat(run("--help")).contains("\n  " + name);
    }

    @Test
    void theVersionIsPrinted() {
        assertThat(run("--version")).startsWith("0 zerocloud ");
    }

    @Test
    void whatIsNoCommandIsNamedAndTheNearestOnesAreOffered() {
        assertThat(run("validte")).startsWith("2 Unmatched argument").contains("validate");
    }

    @Test
    void whatStandsBehindAGuestIsTheGuests() {
        CommandLine.ParseResult parsed =
                ZeroCloud.commandLine("run").parseArgs("run", "a.nexe", "--json", "@x");
        assertThat(parsed.subcommand().matchedPositionals().getFirst().originalStringValues())
                .containsExactly("a.nexe", "--json", "@x");
    }

    @Test
    void aVariableOfAGuestIsTakenAsItStands() {
        CommandLine.ParseResult parsed =
                ZeroCloud.commandLine("run")
                        .parseArgs("run", "--env", "A=\"x, y=' z", "--env", "B=", "a.nexe");
        assertThat(parsed.subcommand().matchedOptionValue("--env", List.of()))
                .isEqualTo(List.of("A=\"x, y=' z", "B="));
        assertThat(run("run", "--env", "A", "a.nexe")).startsWith("2 --env: A is not NAME=VALUE");
    }
}
