package io.zerocloud.sandbox.toolchain.driver;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * gcc's options as far as the steps of a guest build must tell them apart: one table a question.
 */
final class GccOptions {
    /** What makes gcc's x32 code fit for the rewriter. They come last, so they win. */
    static final List<String> CODE =
            List.of(
                    "-mx32",
                    "-mtune-ctrl=^use_bt",
                    "-fno-pic",
                    "-fno-pie",
                    "-fcf-protection=none",
                    "-fno-stack-protector",
                    "-fno-stack-clash-protection",
                    "-fno-split-stack",
                    "-ffixed-r15",
                    "-ffixed-r11",
                    "-ffixed-rbp",
                    "-ftls-model=local-exec",
                    "-mno-red-zone",
                    // x32's debug information has addresses of 4 bytes, as's own line table in a
                    // 64-bit object 8, which gdb does not take: gcc writes the table itself.
                    "-gno-as-loc-support");

    /** What makes gcc tell the rewriter the source line of each instruction. */
    static final List<String> LINES = List.of("-g1", "-gas-loc-support");

    /**
     * Turns off the passes by which gcc counts on flags that were set in front of a switch's jump:
     * moving the cases' comparisons there, leaving theirs out where one with the same result
     * precedes, taking over the range check's. It costs some per cent of code, so only files have
     * it where gcc does that.
     */
    static final List<String> FLAGS_STAY =
            List.of("-fno-crossjumping", "-fno-compare-elim", "-fno-rerun-cse-after-loop");

    /** Leaves no switch's jump that could lose flags. */
    static final List<String> NO_JUMP_TABLES = List.of("-fno-jump-tables");

    static final List<String> NO_UNWIND_TABLES =
            List.of("-fno-asynchronous-unwind-tables", "-fno-unwind-tables");

    static final List<String> MACROS = List.of("-D__ZEROVM__=1", "-D__native_client__=1");

    /**
     * The C library has its thread functions in one piece, so the C++ library calls them directly
     * and not through weak symbols.
     */
    static final List<String> CXX_MACROS = List.of("-D_GLIBCXX_GTHREAD_USE_WEAK=0");

    /** Options whose argument is the next word. */
    static final Set<String> WITH_ARGUMENT =
            Set.of(
                    "-o",
                    "-x",
                    "-I",
                    "-D",
                    "-U",
                    "-A",
                    "-B",
                    "-L",
                    "-l",
                    "-T",
                    "-u",
                    "-z",
                    "-e",
                    "-include",
                    "-imacros",
                    "-isystem",
                    "-iquote",
                    "-idirafter",
                    "-iprefix",
                    "-iwithprefix",
                    "-iwithprefixbefore",
                    "-isysroot",
                    "-imultilib",
                    "-MF",
                    "-MT",
                    "-MQ",
                    "-Xlinker",
                    "-Xassembler",
                    "-Xpreprocessor",
                    "--param",
                    "-aux-info",
                    "-dumpdir",
                    "-dumpbase",
                    "-dumpbase-ext",
                    "-wrapper",
                    "--entry",
                    "--sysroot",
                    "-specs");

    /** Options that gcc answers on standard output without compiling. */
    static final Set<String> QUERIES =
            Set.of(
                    "--version",
                    "-dumpversion",
                    "-dumpfullversion",
                    "-dumpmachine",
                    "-dumpspecs",
                    "--help",
                    "--target-help",
                    "-print-search-dirs",
                    "-print-libgcc-file-name",
                    "-print-multiarch",
                    "-print-multi-directory",
                    "-print-multi-lib",
                    "-print-multi-os-directory",
                    "-print-sysroot",
                    "--print-sysroot",
                    "-print-sysroot-headers-suffix");

    static final List<String> QUERY_PREFIXES =
            List.of(
                    "-print-file-name=",
                    "-print-prog-name=",
                    "--print-file-name=",
                    "--print-prog-name=",
                    "--help=");

    /** Options about which a guest has no choice; dropping them is what their user wants. */
    private static final Set<String> DROPPED =
            Set.of(
                    "-fPIC",
                    "-fpic",
                    "-fPIE",
                    "-fpie",
                    "-pie",
                    "-no-pie",
                    "-static",
                    "-static-pie",
                    "-static-libgcc",
                    "-static-libstdc++",
                    "-rdynamic",
                    "-m64",
                    "-mx32",
                    "-pipe",
                    "-fplt",
                    "-fno-plt",
                    "-mred-zone",
                    "-no-canonical-prefixes");

    private static final List<String> DROPPED_PREFIXES =
            List.of(
                    "-fstack-protector",
                    "-fcf-protection",
                    "-mcmodel=",
                    "-flto",
                    "-fno-lto",
                    "-fuse-linker-plugin",
                    "-fno-fat-lto",
                    "-ffat-lto",
                    "-save-temps",
                    "-fuse-ld=");

    private static final Map<String, String> REFUSED =
            Map.of(
                    "-shared", "guests are statically linked: there are no shared objects",
                    "-m32", "guests are x86-64 programs",
                    "-m16", "guests are x86-64 programs",
                    "-pg", "profiling needs timer signals, which guests do not have",
                    "--coverage",
                            "coverage needs gcc's profiling library, which guests do not have",
                    "-fprofile-arcs",
                            "coverage needs gcc's profiling library, which guests do not have",
                    "-fopenmp", "guests have one thread",
                    "-fsplit-stack", "the guest's stack is one piece");

    private static final List<String> KNOWN_ARCHITECTURES =
            List.of("x86-64", "x86-64-v2", "nehalem", "core2", "k8");

    private static final List<String> NEWER_EXTENSIONS =
            List.of(
                    "-mavx",
                    "-mfma",
                    "-mbmi",
                    "-mlzcnt",
                    "-mf16c",
                    "-mxop",
                    "-mtbm",
                    "-madx",
                    "-msha",
                    "-maes",
                    "-mvaes",
                    "-mgfni",
                    "-mrdrnd",
                    "-mrdseed",
                    "-mmovbe",
                    "-mfsgsbase");

    private GccOptions() {}

    static boolean dropped(String option) {
        return DROPPED.contains(option) || DROPPED_PREFIXES.stream().anyMatch(option::startsWith);
    }

    /** Why an option cannot work for a guest; empty if it can. */
    static Optional<String> refused(String option) {
        if (option.startsWith("-fsanitize=")) {
            return Optional.of("the sanitizers' libraries need a whole address space");
        }
        if (option.startsWith("-march=") && !KNOWN_ARCHITECTURES.contains(option.substring(7))) {
            return Optional.of(
                    "guests run on any x86-64-v2 processor: use -march=x86-64-v2 at most");
        }
        if (NEWER_EXTENSIONS.stream().anyMatch(option::startsWith)) {
            return Optional.of("guests run on any x86-64-v2 processor (SSE4.2)");
        }
        return Optional.ofNullable(REFUSED.get(option));
    }
}
