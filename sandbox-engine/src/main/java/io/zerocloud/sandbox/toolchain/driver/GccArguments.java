package io.zerocloud.sandbox.toolchain.driver;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A gcc command line sorted into what each step needs. gcc keeps its own meaning of nearly all
 * options; this only tells the steps apart.
 *
 * @param mode the last step to run
 * @param output {@code -o}
 * @param inputs files to compile, and what the linker gets, in the order given
 * @param compile options of the preprocessor and the compiler
 * @param assemble options of the assembler, from {@code -Wa,}
 * @param link options of the linker that have no place in the order of inputs
 * @param dependencies options of the {@code -M} family
 * @param query an option such as {@code --version} that only prints
 * @param standardLibraries false with -nostdlib or -nodefaultlibs
 * @param startFiles false with -nostdlib or -nostartfiles
 * @param standardIncludes false with -nostdinc
 */
record GccArguments(
        Mode mode,
        Optional<String> output,
        List<Input> inputs,
        List<String> compile,
        List<String> assemble,
        List<String> link,
        Dependencies dependencies,
        Optional<String> query,
        boolean standardLibraries,
        boolean startFiles,
        boolean standardIncludes,
        boolean relocatable,
        boolean exceptions) {

    enum Mode {
        /** -E, -M, -MM, -fsyntax-only: gcc does all of it. */
        PREPROCESS,
        ASSEMBLY,
        OBJECT,
        LINK;

        /** The earlier one of two last steps. */
        Mode earlier(Mode other) {
            return compareTo(other) < 0 ? this : other;
        }
    }

    /** Something with a place in the link order: a file, a library or a linker option. */
    sealed interface Input {
        /**
         * A file.
         *
         * @param option the {@code -x} language, empty if the name decides
         */
        record Source(String file, Language language, String option) implements Input {}

        /** Words passed to the linker as they are. */
        record ForLinker(List<String> words) implements Input {}
    }

    /**
     * Which make rules to write.
     *
     * @param during -MD or -MMD: while compiling
     * @param file -MF
     * @param options -MT, -MQ, -MP, -MG, with their arguments
     * @param target whether a target is among the options
     */
    record Dependencies(
            Optional<String> during, Optional<String> file, List<String> options, boolean target) {}

    List<Input.Source> sources() {
        List<Input.Source> sources = new ArrayList<>();
        for (Input input : inputs) {
            if (input instanceof Input.Source source
                    && source.language() != Language.LINKER_INPUT) {
                sources.add(source);
            }
        }
        return sources;
    }
}
