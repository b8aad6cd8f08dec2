package io.zerocloud.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code zerocloud run --debug}: gdb, attached by the printed command, sees a guest's source. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class DebuggerIT {
    private static final String PROGRAM =
            """
            #include <stdio.h>
            #include <stdlib.h>

            struct item {
                int number;
                const char *name;
                struct item *next;
            };

            static void add(struct item **list, int number, const char *name)
            {
                struct item *item = malloc(sizeof *item);
                item->number = number;
                item->name = name;
                item->next = *list;
                *list = item;
            }

            int main(int argc, char **argv)
            {
                struct item *list = NULL;
                int sum = 0;
                for (int i = 1; i < argc; i++) {
                    add(&list, i, argv[i]);
                    sum += i;
                }
                printf("%d\\n", sum);
                return 0;
            }
            """;

    @TempDir private Path folder;

    @Test
    void breaksAtLinesPrintsVariablesAndFollowsPointers() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/gdb")), "needs Debian's package gdb");
        Files.writeString(folder.resolve("list.c"), PROGRAM);
        Process compiler = zerocloud("cc", "-g", "-O0", "list.c", "-o", "list.nexe").start();
        assertThat(compiler.waitFor()).isZero();

        Process guest =
                zerocloud("run", "--debug", "list.nexe", "one", "two", "three")
                        .redirectOutput(folder.resolve("output").toFile())
                        .start();
        try {
            String attach = commandOf(guest);
            String said =
                    gdb(
                            attach,
                            "break list.c:25",
                            "continue",
                            "continue",
                            "print sum",
                            "print *list",
                            "print list->next->name",
                            "info locals",
                            "set var sum = 40",
                            "break add",
                            "continue",
                            "backtrace",
                            "finish",
                            "delete",
                            "continue");
            assertThat(said)
                    .contains("main (argc=4, argv=")
                    .contains("$1 = 1\n")
                    .containsPattern("\\$2 = \\{number = 2, name = 0x[0-9a-f]+ \"two\", next = 0x")
                    .containsPattern("\\$3 = 0x[0-9a-f]+ \"one\"")
                    .containsPattern("(?s)i = 2\n.*sum = 1\n")
                    .containsPattern("#0 .* add \\(list=0x[0-9a-f]+, number=3, name=0x.*\"three\"")
                    .containsPattern("#1 .* in main \\(argc=4, argv=0x[0-9a-f]+\\) at list.c:24")
                    .contains("exited normally");
            assertThat(guest.waitFor()).as(said).isZero();
            assertThat(folder.resolve("output")).hasContent("45\n");
        } finally {
            guest.destroy();
            guest.waitFor();
        }
    }

    private ProcessBuilder zerocloud(String... words) {
        return new ProcessBuilder(
                        Stream.concat(
                                        Stream.of(Path.of("../zerocloud").toAbsolutePath() + ""),
                                        Stream.of(words))
                                .toList())
                .directory(folder.toFile());
    }

    /** The command that the user is told to attach gdb with. */
    private static String commandOf(Process guest) throws IOException {
        BufferedReader errors = guest.errorReader(StandardCharsets.UTF_8);
        StringBuilder said = new StringBuilder();
        for (String line = errors.readLine(); line != null; line = errors.readLine()) {
            said.append(line).append('\n');
            if (line.contains("gdb -p ")) {
                return line.strip();
            }
        }
        throw new AssertionError("no command for gdb: " + said);
    }

    private String gdb(String attach, String... commands) throws IOException, InterruptedException {
        String all =
                attach.replace("gdb -p", "gdb -nx -batch -p")
                        + List.of(commands).stream()
                                .map(command -> " -ex '" + command + "'")
                                .collect(Collectors.joining());
        Process gdb =
                new ProcessBuilder("/bin/sh", "-c", all)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .start();
        String said = new String(gdb.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        gdb.waitFor();
        return said;
    }
}
