package io.zerocloud.sandbox.toolchain.driver;

import io.zerocloud.sandbox.toolchain.driver.GccArguments.Dependencies;
import io.zerocloud.sandbox.toolchain.driver.GccArguments.Input;
import io.zerocloud.sandbox.toolchain.driver.GccArguments.Mode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Sorts the words of a gcc command line, response files expanded before. */
final class GccArgumentParser {
    private final List<String> words;
    private int next;

    private Mode mode = Mode.LINK;
    private Optional<String> output = Optional.empty();
    private Optional<String> query = Optional.empty();
    private final List<Input> inputs = new ArrayList<>();
    private final List<String> compile = new ArrayList<>();
    private final List<String> assemble = new ArrayList<>();
    private final List<String> link = new ArrayList<>();
    private Optional<String> dependenciesDuring = Optional.empty();
    private Optional<String> dependencyFile = Optional.empty();
    private final List<String> dependencyOptions = new ArrayList<>();
    private boolean dependencyTarget;
    private boolean standardLibraries = true;
    private boolean startFiles = true;
    private boolean standardIncludes = true;
    private boolean relocatable;
    private boolean exceptions;
    private String languageOption = "";

    private GccArgumentParser(List<String> words) {
        this.words = words;
    }

    static GccArguments parse(List<String> words) throws CompileException {
        GccArgumentParser parser = new GccArgumentParser(words);
        while (parser.next < words.size()) {
            parser.word(words.get(parser.next++));
        }
        return parser.result();
    }

    private GccArguments result() {
        return new GccArguments(
                mode,
                output,
                List.copyOf(inputs),
                List.copyOf(compile),
                List.copyOf(assemble),
                List.copyOf(link),
                new Dependencies(
                        dependenciesDuring,
                        dependencyFile,
                        List.copyOf(dependencyOptions),
                        dependencyTarget),
                query,
                standardLibraries,
                startFiles,
                standardIncludes,
                relocatable,
                exceptions);
    }

    private void word(String word) throws CompileException {
        if (!word.startsWith("-") || word.equals("-")) {
            input(word);
            return;
        }
        Optional<String> refused = GccOptions.refused(word);
        if (refused.isPresent()) {
            throw new CompileException(word + ": " + refused.get());
        }
        if (GccOptions.dropped(word)) {
            return;
        }
        if (GccOptions.QUERIES.contains(word)
                || GccOptions.QUERY_PREFIXES.stream().anyMatch(word::startsWith)) {
            query = Optional.of(word);
            return;
        }
        switch (word) {
            case "-c" -> atMost(Mode.OBJECT);
            case "-S" -> atMost(Mode.ASSEMBLY);
            case "-E", "-M", "-MM", "-fsyntax-only" -> {
                atMost(Mode.PREPROCESS);
                compile.add(word);
            }
            case "-o" -> output = Optional.of(argument(word));
            case "-x" -> language(argument(word));
            case "-nostdlib" -> {
                standardLibraries = false;
                startFiles = false;
            }
            case "-nodefaultlibs", "-nolibc" -> standardLibraries = false;
            case "-nostartfiles" -> startFiles = false;
            case "-nostdinc", "-nostdinc++" -> {
                standardIncludes &= !word.equals("-nostdinc");
                compile.add(word);
            }
            case "-r" -> relocatable = true;
            case "-s" -> link.add(word);
            case "-pthread", "-pthreads" -> compile.add("-D_REENTRANT");
            case "-MD", "-MMD" -> dependenciesDuring = Optional.of(word);
            case "-MF" -> dependencyFile = Optional.of(argument(word));
            case "-MT", "-MQ" -> {
                dependencyOptions.add(word);
                dependencyOptions.add(argument(word));
                dependencyTarget = true;
            }
            case "-MP", "-MG" -> dependencyOptions.add(word);
            case "-Xlinker" -> forLinker(List.of(argument(word)));
            case "-Xassembler" -> assemble.add(argument(word));
            case "-l", "-L", "-T", "-u", "-z", "-e" -> forLinker(List.of(word, argument(word)));
            case "-fexceptions", "-funwind-tables", "-fasynchronous-unwind-tables" -> {
                exceptions = true;
                compile.add(word);
            }
            default -> prefixed(word);
        }
    }

    private void prefixed(String word) throws CompileException {
        if (word.startsWith("-Wl,")) {
            forLinker(List.of(word.substring(4).split(",")));
        } else if (word.startsWith("-Wa,")) {
            assemble.addAll(List.of(word.substring(4).split(",")));
        } else if (word.startsWith("-l") || word.startsWith("-L")) {
            forLinker(List.of(word));
        } else if (word.startsWith("-o")) {
            output = Optional.of(word.substring(2));
        } else if (word.startsWith("-x")) {
            language(word.substring(2));
        } else if (word.startsWith("-MF")) {
            dependencyFile = Optional.of(word.substring(3));
        } else if (word.startsWith("-MT") || word.startsWith("-MQ")) {
            dependencyOptions.add(word);
            dependencyTarget = true;
        } else {
            compile.add(word);
            if (GccOptions.WITH_ARGUMENT.contains(word)) {
                compile.add(argument(word));
            }
        }
    }

    private void input(String file) {
        Language language =
                languageOption.isEmpty()
                        ? Language.ofFile(file)
                        : Language.named(languageOption).orElse(Language.LINKER_INPUT);
        inputs.add(new Input.Source(file, language, languageOption));
    }

    private void language(String name) throws CompileException {
        if (!name.equals("none") && Language.named(name).isEmpty()) {
            throw new CompileException("-x " + name + ": only C, C++ and assembler are supported");
        }
        languageOption = name.equals("none") ? "" : name;
    }

    private void forLinker(List<String> arguments) {
        inputs.add(new Input.ForLinker(arguments));
    }

    private void atMost(Mode last) {
        mode = mode.earlier(last);
    }

    private String argument(String option) throws CompileException {
        if (next == words.size()) {
            throw new CompileException("missing argument to '" + option + "'");
        }
        return words.get(next++);
    }
}
