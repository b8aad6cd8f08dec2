package io.zerocloud.sandbox.validator;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The rules a second time, slow and simple, over objdump's text instead of bytes: nothing is shared
 * with the validator, neither tables nor decoding. Written from the published model; where that
 * leaves a choice it is the strict one of docs/reference/validator.md.
 */
final class Specification {
    private static final Pattern MEMORY =
            Pattern.compile("(%[cdefgs]s:)?(-?0x[0-9a-f]+)?\\((%\\w+)?(?:,(%\\w+),([1248]))?\\)");
    private static final Pattern ABSOLUTE = Pattern.compile("(?<![\\$\\w@*])0x[0-9a-f]+(?!\\()");

    private static final Set<String> PLAIN =
            words(
                    """
                    add or adc sbb and sub xor cmp inc dec not neg test mul imul div idiv
                    rol ror rcl rcr shl shr sar shld shrd bt bts btr btc bsf bsr tzcnt lzcnt popcnt bswap
                    mov movabs movbe lea xchg xadd cmpxchg cmpxchg8b cmpxchg16b push pop crc32
                    cbtw cwtl cltq cwtd cltd cqto movslq movsbl movsbw movsbq movswl movswq movzbl
                    movzbw movzbq movzwl movzwq movsxd movslq
                    sahf lahf cmc clc stc cld std nop pause hlt ud2 fwait
                    prefetchnta prefetcht0 prefetcht1 prefetcht2
                    ldmxcsr stmxcsr lfence mfence sfence emms
                    """);
    private static final Pattern CONDITIONAL =
            Pattern.compile("(set|cmov)(o|no|b|ae|e|ne|be|a|s|ns|p|np|l|ge|le|g)");
    private static final Pattern JUMP =
            Pattern.compile(
                    "(jmp|call|j(o|no|b|ae|e|ne|be|a|s|ns|p|np|l|ge|le|g)|loop|loope|loopne|jrcxz)");
    private static final Pattern STRING =
            Pattern.compile(
                    "(?:(?:rep|repn?z|rex\\S*) )*(movs|cmps|stos|lods|scas)[bwlq]? .*%[de]s:\\(%r[sd]i\\).*");
    private static final Pattern REX_ALONE = Pattern.compile("rex(\\.\\w+)?");
    private static final Pattern BRANCH =
            Pattern.compile("(.* )?j(o|no|b|ae|e|ne|be|a|s|ns|p|np|l|ge|le|g)(,p[nt])? .*");
    private static final Pattern LOCKED =
            Pattern.compile(
                    "lock (add|or|adc|sbb|and|sub|xor|inc|dec|not|neg|bts|btr|btc|xadd|cmpxchg"
                            + "|cmpxchg8b|cmpxchg16b|xchg)[bwlq]? .*");
    private static final Pattern REPEATED =
            Pattern.compile("rep (rex\\S* )?(movs|stos|lods).*|repn?z (rex\\S* )?(cmps|scas).*");
    private static final Pattern NEEDS_REP =
            Pattern.compile("(popcnt|lzcnt|tzcnt|crc32|pause|cvtt?s[sd]2si)[bwlq]?");
    private static final Pattern LONG_NOP = Pattern.compile("(66 ){1,6}2e 0f 1f 84 00 00 00 00 00");
    private static final Pattern COMMENT = Pattern.compile("\\s*(#|<).*$");
    private static final Pattern PREFIX_WORDS =
            Pattern.compile("^((lock|rep|repz|repnz|cs|ds|data16|rex(\\.\\w+)?) )+(?=\\S)");

    /** x87 but for what is not documented. */
    private static final Pattern X87 =
            Pattern.compile(
                    "f(add|mul|com|comp|sub|subr|div|divr|iadd|imul|icom|icomp|isub|isubr|idiv|idivr"
                            + "|addp|mulp|subp|subrp|divp|divrp|compp|ucom|ucomp|ucompp|comi|comip"
                            + "|ucomi|ucomip|ld|st|stp|ild|ist|istp|isttp|bld|bstp|ldenv|nstenv|ldcw"
                            + "|nstcw|nsave|rstor|nstsw|xch|nop|chs|abs|tst|xam|ld1|ldl2t|ldl2e|ldpi"
                            + "|ldlg2|ldln2|ldz|2xm1|yl2x|ptan|patan|xtract|prem1|decstp|incstp|prem"
                            + "|yl2xp1|sqrt|sincos|rndint|scale|sin|cos|free|freep|nclex|ninit"
                            + "|cmovb|cmove|cmovbe|cmovu|cmovnb|cmovne|cmovnbe|cmovnu)(s|l|t|ll)?p?");

    /** MMX and SSE: by family, with no VEX, no non-temporal stores, no approximations. */
    private static final Pattern VECTOR =
            Pattern.compile(
                    "mov(a|u|l|h|lh|hl|msk)p[sd]|mov(s[sd]|ddup|sldup|shdup|d|q|dqa|dqu|q2dq|dq2q|ntdqa)"
                            + "|lddqu|maskmov(q|dqu)"
                            + "|(add|sub|mul|div|min|max|sqrt|cmp\\w*)[ps][sd]|(and|andn|or|xor)p[sd]"
                            + "|(unpck[lh]|shuf|hadd|hsub|addsub|blend|blendv|dp|round)p[sd]"
                            + "|rounds[sd]|(u?comis)[sd]|cvtt?\\w+|insertps|extractps"
                            + "|p(add|sub)(b|w|d|q|sb|sw|usb|usw)|p(and|andn|or|xor)|pavg[bw]"
                            + "|pcmp(eq|gt)[bwdq]|p(max|min)[su][bwd]|pmul\\w+|pmadd\\w+|psadbw"
                            + "|ps(ll|ra|rl)(w|d|q|dq)|punpck\\w+|pack[su]s\\w+|packusdw|pshuf\\w+"
                            + "|p(h(add|sub)(w|d|sw))|psign[bwd]|pabs[bwd]|palignr|pblendvb|pblendw"
                            + "|ptest|pmov[sz]x\\w+|pmovmskb|phminposuw|mpsadbw|pcmp[ei]str[im]"
                            + "|p(ins|ext)r[bwdq]");

    /** Mnemonics whose last operand is only read. */
    private static final Pattern READS_ONLY =
            Pattern.compile(
                    "cmp[bwlq]?|test[bwlq]?|push[wq]?|bt[wlq]?|mul[bwlq]?|div[bwlq]?|idiv[bwlq]?"
                            + "|nop[wlq]?|prefetch\\w+|ptest|u?comis[sd]|call|jmp");

    /** Instructions whose 32-bit result counts as a zero-extension. */
    private static final Set<String> ZERO_EXTENDS =
            words(
                    """
                    add or and sub xor inc dec not neg imul rol ror shl shr sar bswap mov movzbl movzwl
                    movsbl movswl movslq movsxd lea xchg
                    """);

    /** Texts repeat: each is taken apart once. */
    private static final Map<String, Insn> KNOWN = new ConcurrentHashMap<>();

    private static final Map<Insn, Boolean> ALLOWED = new ConcurrentHashMap<>();

    private Specification() {}

    /**
     * Judges code.
     *
     * @param code what the lines describe
     * @return what is wrong, if anything is
     */
    static Optional<String> check(byte[] code, List<Objdump.Line> lines) {
        Set<Integer> enterable = new HashSet<>();
        List<Integer> jumps = new ArrayList<>();
        List<Objdump.Line> separate = splitWaits(lines);
        for (int base = 0; base < code.length; base += 32) {
            int begin = base;
            List<Objdump.Line> bundle =
                    separate.stream()
                            .filter(l -> l.offset() >= begin && l.offset() < begin + 32)
                            .toList();
            try {
                checkBundle(code, begin, bundle, enterable, jumps);
            } catch (Refused refused) {
                return Optional.of(begin + ": " + refused.getMessage() + " in " + bundle);
            }
        }
        for (int target : jumps) {
            boolean inside = target >= 0 && target < code.length;
            if (inside ? !enterable.contains(target) : target % 32 != 0) {
                return Optional.of("jump to " + target + " in " + lines);
            }
        }
        return Optional.empty();
    }

    private static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1;

        Refused(String message) {
            super(message);
        }
    }

    /**
     * objdump reads fwait and the next x87 instruction as one, a REX prefix before it as another.
     */
    private static List<Objdump.Line> splitWaits(List<Objdump.Line> lines) {
        List<Objdump.Line> split = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            Objdump.Line line = lines.get(i);
            boolean rex =
                    REX_ALONE.matcher(line.text()).matches()
                            && i + 1 < lines.size()
                            && lines.get(i + 1).hex().startsWith("9b");
            String before = rex ? line.hex() + " " : "";
            int begin = line.offset();
            if (rex) {
                line = lines.get(++i);
            }
            if (line.hex().startsWith("9b")) {
                split.add(new Objdump.Line(begin, before + "9b", "fwait"));
                if (line.length() > 1) {
                    String text =
                            line.text()
                                    .replaceFirst("^f(?=(stcw|stenv|stsw|clex|init|save))", "fn");
                    String rest = line.hex().substring(3);
                    split.add(new Objdump.Line(line.offset() + 1, rest, text));
                }
            } else {
                split.add(line);
            }
        }
        return split;
    }

    private static void checkBundle(
            byte[] code,
            int base,
            List<Objdump.Line> bundle,
            Set<Integer> enterable,
            List<Integer> jumps) {
        int expected = base;
        String extended = "";
        for (int i = 0; i < bundle.size(); i++) {
            Objdump.Line line = bundle.get(i);
            require(line.offset() == expected, "gap before " + line);
            expected += line.length();
            require(expected <= base + 32, "crosses the bundle: " + line);
            checkPrefixes(code, line);
            Insn insn = insn(line);
            boolean inner = false;

            if (extended.equals("%rsp") || extended.equals("%rbp")) {
                require(isFixUp(insn, extended), "no fix-up of " + extended + ": " + line);
                extended = "";
                continue;
            }
            if (STRING.matcher(line.text()).matches() || insn.mnemonic.startsWith("maskmov")) {
                int first = stringSequence(bundle, i, insn);
                for (int k = first + 1; k <= i; k++) {
                    enterable.remove(bundle.get(k).offset());
                }
                extended = "";
                continue;
            }
            if (insn.operands.stream().anyMatch(o -> o.startsWith("*"))) {
                require(i >= 2, "indirect: " + line);
                String register = insn.operands.getFirst().substring(1);
                indirect(bundle.get(i - 2), bundle.get(i - 1), register);
                enterable.remove(bundle.get(i - 1).offset());
                extended = "";
                continue;
            }
            require(isAllowed(insn), "not allowed: " + line);
            if (JUMP.matcher(insn.mnemonic).matches()) {
                jumps.add(Integer.parseInt(insn.operands.getFirst().substring(1)));
            } else {
                inner = checkMemory(insn, extended);
            }
            if (!inner) {
                enterable.add(line.offset());
            }
            extended = checkWrites(insn, line.hex());
        }
        require(expected == base + 32, "the bundle ends with a part of an instruction");
        require(!extended.equals("%rsp") && !extended.equals("%rbp"), "no fix-up at the end");
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new Refused(message);
        }
    }

    /** Prefix bytes, looked at without any table. */
    private static void checkPrefixes(byte[] code, Objdump.Line line) {
        String hex = line.hex();
        if (LONG_NOP.matcher(hex).matches()) {
            return;
        }
        require(!line.text().startsWith("data16"), "prefix without meaning: " + line);
        boolean branch = BRANCH.matcher(line.text()).matches();
        Set<Integer> seen = new HashSet<>();
        int p = line.offset();
        while (Set.of(0x66, 0xF2, 0xF3, 0xF0, 0x67, 0x2E, 0x36, 0x3E, 0x26, 0x64, 0x65)
                .contains(code[p] & 0xFF)) {
            int prefix = code[p++] & 0xFF;
            require(seen.add(prefix), "duplicate prefix");
            boolean hint = branch && (prefix == 0x2E || prefix == 0x3E);
            require(hint || Set.of(0x66, 0xF2, 0xF3, 0xF0).contains(prefix), "prefix " + prefix);
        }
        boolean vector = line.text().contains("xmm") || line.text().contains("mm");
        boolean wide = (code[p] & 0xF8) == 0x48;
        boolean jump = JUMP.matcher(insn(line).mnemonic).matches();
        require(!jump || !seen.contains(0x66), "operand size of a jump");
        require(!(seen.contains(0x2E) && seen.contains(0x3E)), "two hints");
        require(!(seen.contains(0xF2) && seen.contains(0xF3)), "F2 and F3");
        require(
                !(seen.contains(0x66) && (seen.contains(0xF2) || seen.contains(0xF3))),
                "66 and rep");
        require(!(seen.contains(0x66) && wide && !vector), "66 and REX.W");
        require(!seen.contains(0xF0) || line.text().contains("("), "lock without memory");
        require(!seen.contains(0xF0) || LOCKED.matcher(line.text()).matches(), "lock on " + line);
        require(
                (!seen.contains(0xF2) && !seen.contains(0xF3))
                        || vector
                        || REPEATED.matcher(line.text()).matches()
                        || NEEDS_REP.matcher(insn(line).mnemonic).matches(),
                "rep on " + line);
    }

    private static Insn insn(Objdump.Line line) {
        return KNOWN.computeIfAbsent(line.text(), text -> Insn.of(line));
    }

    private static boolean isAllowed(Insn insn) {
        return ALLOWED.computeIfAbsent(insn, Specification::decide);
    }

    /** An instruction's text, taken apart. */
    private record Insn(String mnemonic, List<String> operands) {
        static Insn of(Objdump.Line line) {
            String text = COMMENT.matcher(line.text()).replaceFirst("").strip();
            text = PREFIX_WORDS.matcher(text).replaceFirst("");
            String[] parts = text.split("\\s+", 2);
            String mnemonic = parts[0].replaceFirst(",p[nt]$", "");
            List<String> operands = new ArrayList<>();
            if (parts.length == 2) {
                for (String operand : parts[1].split(",(?![^(]*\\))")) {
                    operands.add(operand.strip());
                }
            }
            return new Insn(mnemonic, operands);
        }

        /** Without the suffix for the size of memory. */
        String plain() {
            return mnemonic.replaceFirst("[bwlq]$", "");
        }

        String last() {
            return operands.isEmpty() ? "" : operands.getLast();
        }
    }

    private static boolean decide(Insn insn) {
        String m = insn.mnemonic;
        if (m.matches("bt[src]?[wlq]?")) {
            return insn.operands.getFirst().startsWith("$");
        }
        if (m.matches("mov\\w*")
                && insn.operands.stream()
                        .anyMatch(o -> o.matches("%([cdefgs]s|cr\\d+|db\\d+|tr\\d+)"))) {
            return false;
        }
        if (m.matches("(push|pop)\\w*")
                && insn.operands.stream().anyMatch(o -> o.matches("%[cdefgs]s"))) {
            return false;
        }
        return PLAIN.contains(m)
                || PLAIN.contains(insn.plain())
                || CONDITIONAL.matcher(m).matches()
                || CONDITIONAL.matcher(insn.plain()).matches()
                || JUMP.matcher(m).matches()
                || X87.matcher(m).matches()
                || VECTOR.matcher(m).matches()
                || VECTOR.matcher(insn.plain()).matches();
    }

    /** Checks memory operands; true if one relies on the instruction before. */
    private static boolean checkMemory(Insn insn, String extended) {
        boolean unused = insn.mnemonic.matches("lea[wlq]?|nop[wlq]?|prefetch\\w+");
        boolean relies = false;
        for (String operand : insn.operands) {
            Matcher memory = MEMORY.matcher(operand);
            if (memory.matches()) {
                require(memory.group(1) == null, "segment");
                if (unused) {
                    continue;
                }
                String base = String.valueOf(memory.group(3));
                require(Set.of("%rip", "%r15", "%rsp", "%rbp").contains(base), "base " + base);
                String index = memory.group(4);
                if (index != null && !index.equals("%riz")) {
                    require(index.equals(extended), "index " + index);
                    relies = true;
                }
            } else {
                require(
                        unused || !ABSOLUTE.matcher(operand).matches(),
                        "absolute address " + operand);
            }
        }
        return relies;
    }

    /** Checks what is written and names the register that was zero-extended, in 64 bits. */
    private static String checkWrites(Insn insn, String hex) {
        String zero = "";
        if (insn.operands.isEmpty()
                || READS_ONLY.matcher(insn.mnemonic).matches()
                || JUMP.matcher(insn.mnemonic).matches()
                || X87.matcher(insn.mnemonic).matches()) {
            return zero;
        }
        boolean trusted =
                ZERO_EXTENDS.contains(insn.mnemonic) || ZERO_EXTENDS.contains(insn.plain());
        boolean both = insn.plain().matches("x?xchg|xadd") || insn.mnemonic.matches("xchg|xadd");
        // The one operand of imul is only read.
        boolean single = insn.operands.size() == 1 && insn.mnemonic.matches("imul[bwlq]?");
        if (single) {
            return zero;
        }
        String last = insn.last();
        String wide = wide(last);
        boolean is32 = isWidth32(last);
        boolean exchangesA = hex.matches("(4. )?9[0-7]");
        if (special(wide)) {
            boolean allowedMove =
                    insn.mnemonic.equals("mov")
                            && (insn.operands.equals(List.of("%rsp", "%rbp"))
                                    || insn.operands.equals(List.of("%rbp", "%rsp")));
            boolean allowedMask =
                    insn.mnemonic.equals("and")
                            && hex.matches("4[8-f] 83 .*")
                            && Set.of("%rsp", "%rbp").contains(last)
                            && insn.operands
                                    .getFirst()
                                    .matches("\\$0xffffffffffffff[89a-f][0-9a-f]");
            boolean pairs = is32 && trusted && !wide.equals("%r15") && !exchangesA;
            require(allowedMove || allowedMask || pairs, "writes " + last + " in " + insn);
        }
        if (both && insn.operands.size() == 2) {
            require(!special(wide(insn.operands.getFirst())), "exchanges " + insn);
        }
        return is32 && trusted && !exchangesA ? wide : zero;
    }

    private static boolean special(String register) {
        return Set.of("%rsp", "%rbp", "%r15").contains(register);
    }

    private static boolean isWidth32(String operand) {
        return operand.matches("%(e\\w\\w|r\\d+d)");
    }

    /** The 64-bit register that a register is a part of; other text as it is. */
    private static String wide(String operand) {
        if (operand.matches("%r\\d+[dwb]")) {
            return operand.substring(0, operand.length() - 1);
        }
        if (operand.matches("%[er]?(ax|bx|cx|dx|sp|bp|si|di)")) {
            return "%r" + operand.substring(operand.length() - 2);
        }
        if (operand.matches("%(sp|bp|si|di)l")) {
            return "%r" + operand.substring(1, 3);
        }
        return operand.matches("%[abcd][lh]") ? "%r" + operand.charAt(1) + "x" : operand;
    }

    private static boolean isFixUp(Insn insn, String register) {
        boolean adds =
                insn.mnemonic.matches("add|or") && insn.operands.equals(List.of("%r15", register));
        boolean lea =
                insn.mnemonic.equals("lea")
                        && insn.last().equals(register)
                        && insn.operands.getFirst().matches("(0x0)?\\(" + register + ",%r15,1\\)");
        return adds || lea;
    }

    private static void indirect(Objdump.Line mask, Objdump.Line base, String register) {
        require(register.matches("%r\\w+") && !special(register), "jump through " + register);
        Insn and = insn(mask);
        require(
                and.mnemonic.equals("and")
                        && and.operands.getFirst().equals("$0xffffffe0")
                        && mask.hex().endsWith(" e0")
                        && isWidth32(and.last())
                        && wide(and.last()).equals(register),
                "mask " + mask);
        Insn add = insn(base);
        require(
                add.mnemonic.matches("add|or") && add.operands.equals(List.of("%r15", register)),
                "base " + base);
    }

    /** Index of the first instruction of the sequence that ends with a string instruction. */
    private static int stringSequence(List<Objdump.Line> bundle, int i, Insn insn) {
        String kind = insn.mnemonic.substring(0, 4);
        require(Set.of("movs", "cmps", "stos", "lods", "scas", "mask").contains(kind), kind);
        if (kind.equals("lods")) {
            placed(bundle, i - 2, "si");
            return i - 2;
        }
        placed(bundle, i - 2, "di");
        if (kind.equals("movs") || kind.equals("cmps")) {
            placed(bundle, i - 4, "si");
            return i - 4;
        }
        return i - 2;
    }

    private static void placed(List<Objdump.Line> bundle, int i, String name) {
        require(i >= 0, "string instruction without sequence");
        String e = "%e" + name;
        String r = "%r" + name;
        Insn move = insn(bundle.get(i));
        require(move.mnemonic.equals("mov") && move.operands.equals(List.of(e, e)), "mov " + name);
        Insn lea = insn(bundle.get(i + 1));
        require(
                lea.mnemonic.equals("lea") && lea.operands.equals(List.of("(%r15," + r + ",1)", r)),
                "lea " + name);
    }

    private static Set<String> words(String text) {
        return Set.copyOf(List.of(text.strip().split("\\s+")));
    }
}
