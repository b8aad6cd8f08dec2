package io.zerocloud.sandbox.toolchain.driver;

import java.util.Map;
import java.util.Optional;

/** What an input is, by gcc's {@code -x} name or by its file name's ending. */
enum Language {
    C,
    CXX,
    /** Assembly for the preprocessor. */
    ASSEMBLER_WITH_CPP,
    ASSEMBLER,
    HEADER,
    /** Objects, archives and linker scripts. */
    LINKER_INPUT;

    private static final Map<String, Language> ENDINGS =
            Map.ofEntries(
                    Map.entry("c", C),
                    Map.entry("i", C),
                    Map.entry("cc", CXX),
                    Map.entry("cp", CXX),
                    Map.entry("cxx", CXX),
                    Map.entry("cpp", CXX),
                    Map.entry("CPP", CXX),
                    Map.entry("c++", CXX),
                    Map.entry("C", CXX),
                    Map.entry("ii", CXX),
                    Map.entry("S", ASSEMBLER_WITH_CPP),
                    Map.entry("sx", ASSEMBLER_WITH_CPP),
                    Map.entry("s", ASSEMBLER),
                    Map.entry("h", HEADER),
                    Map.entry("hh", HEADER),
                    Map.entry("hpp", HEADER));

    private static final Map<String, Language> NAMES =
            Map.of(
                    "c", C,
                    "cpp-output", C,
                    "c-header", HEADER,
                    "c++", CXX,
                    "c++-header", HEADER,
                    "c++-cpp-output", CXX,
                    "assembler", ASSEMBLER,
                    "assembler-with-cpp", ASSEMBLER_WITH_CPP);

    static Language ofFile(String name) {
        int dot = name.lastIndexOf('.');
        return ENDINGS.getOrDefault(dot < 0 ? "" : name.substring(dot + 1), LINKER_INPUT);
    }

    static Optional<Language> named(String option) {
        return Optional.ofNullable(NAMES.get(option));
    }
}
