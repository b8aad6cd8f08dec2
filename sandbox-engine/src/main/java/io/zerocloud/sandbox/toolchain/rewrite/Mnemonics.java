package io.zerocloud.sandbox.toolchain.rewrite;

import io.zerocloud.sandbox.toolchain.asm.Operand;
import io.zerocloud.sandbox.toolchain.asm.Register;
import io.zerocloud.sandbox.toolchain.asm.Statement.Instruction;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the rewriter knows about instructions by name: one table a question. */
final class Mnemonics {
    /** Instructions that take a size suffix and have rules of their own. */
    private static final Set<String> SUFFIXED =
            Set.of(
                    "mov", "add", "sub", "and", "or", "xor", "cmp", "test", "lea", "inc", "dec",
                    "neg", "not", "shl", "sal", "shr", "sar", "push", "pop", "xchg", "imul", "call",
                    "jmp", "ret", "leave", "adc", "sbb", "movabs");

    private static final Map<String, String> BASE = new HashMap<>();

    static {
        for (String name : SUFFIXED) {
            BASE.put(name, name);
            for (String suffix : new String[] {"b", "w", "l", "q"}) {
                BASE.putIfAbsent(name + suffix, name);
            }
        }
    }

    /**
     * Instructions whose 32-bit register destination is always written, and so zero-extended: an
     * address may use it at once. It is a subset of what the validator accepts, which leaves out
     * conditional writes (cmov, cmpxchg, bsf) and double destinations (xchg, xadd).
     */
    private static final Set<String> ZERO_EXTENDING =
            Set.of(
                    "mov", "lea", "add", "sub", "and", "or", "xor", "inc", "dec", "neg", "not",
                    "shl", "sal", "shr", "sar", "imul", "movzbl", "movzwl", "movsbl", "movswl");

    /** Instructions without a safe form, and why. */
    private static final Map<String, String> FORBIDDEN = new HashMap<>();

    static {
        forbid(
                "there are no system calls inside the sandbox; use the C library",
                "syscall",
                "sysenter",
                "sysexit",
                "sysret",
                "int",
                "into",
                "iret",
                "iretq",
                "int3");
        forbid(
                "the processor's identity and its clocks are hidden: guests are deterministic",
                "cpuid",
                "rdtsc",
                "rdtscp",
                "rdpid",
                "rdpmc",
                "rdrand",
                "rdseed",
                "rdrandl",
                "rdrandq",
                "rdseedl",
                "rdseedq",
                "xgetbv");
        forbid(
                "the flags register is not saved or restored as a whole; use lahf, sahf or setcc",
                "pushf",
                "pushfq",
                "pushfl",
                "popf",
                "popfq",
                "popfl");
        forbid(
                "its address cannot be confined",
                "xlat",
                "xlatb",
                "maskmovdqu",
                "maskmovq",
                "enter");
        forbid(
                "segment and control registers belong to the host",
                "wrfsbase",
                "wrgsbase",
                "rdfsbase",
                "rdgsbase",
                "swapgs",
                "lfs",
                "lgs",
                "lss");
        forbid(
                "it is a privileged instruction",
                "in",
                "inb",
                "inw",
                "inl",
                "out",
                "outb",
                "outw",
                "outl",
                "cli",
                "sti",
                "wrmsr",
                "rdmsr",
                "invlpg",
                "lgdt",
                "lidt",
                "wbinvd");
        forbid("far transfers leave the sandbox", "lret", "lretq", "lcall", "ljmp");
        forbid("cache lines are shared with other programs", "clflush", "clflushopt", "clwb");
    }

    private static final Set<String> READ_ONLY = Set.of("cmp", "test", "push", "bt", "btl", "btq");

    private Mnemonics() {}

    private static void forbid(String reason, String... names) {
        for (String name : names) {
            FORBIDDEN.put(name, reason);
        }
    }

    /** The name without a size suffix if it is one of those with rules, else the name itself. */
    static String withoutSuffix(String mnemonic) {
        return BASE.getOrDefault(mnemonic, mnemonic);
    }

    /** Why an instruction is not allowed in a guest; empty if it may be. */
    static Optional<String> forbidden(String mnemonic) {
        return Optional.ofNullable(FORBIDDEN.get(mnemonic));
    }

    /** Whether it transfers control to a label: a conditional jump or a loop. */
    static boolean conditionalBranch(String mnemonic) {
        return (mnemonic.startsWith("j") && !withoutSuffix(mnemonic).equals("jmp"))
                || mnemonic.startsWith("loop");
    }

    /**
     * The general register, not rsp, rbp or r15, that the instruction leaves zero-extended from 32
     * bits whatever happens.
     */
    static Optional<Register> zeroExtended(Instruction instruction) {
        if (!instruction.prefixes().isEmpty()
                || !(instruction.destination().orElse(null)
                        instanceof Operand.Reg(Register register))
                || register.bits() != 32
                || register.isFrame()
                || register.aliases(Register.R15)) {
            return Optional.empty();
        }
        String base = withoutSuffix(instruction.mnemonic());
        if (!ZERO_EXTENDING.contains(base)) {
            return Optional.empty();
        }
        boolean shift = base.startsWith("sh") || base.startsWith("sa");
        boolean byRegister = instruction.operands().getFirst() instanceof Operand.Reg;
        if (shift && instruction.operands().size() > 1 && byRegister) {
            // A count of zero in cl leaves the destination alone on paper.
            return Optional.empty();
        }
        if (base.equals("imul") && instruction.operands().size() == 1) {
            return Optional.empty();
        }
        return Optional.of(register);
    }

    /** Whether the last operand is only read. */
    static boolean readsDestination(String mnemonic) {
        return READ_ONLY.contains(withoutSuffix(mnemonic));
    }
}
