package io.zerocloud.sandbox.toolchain.asm;

import io.zerocloud.sandbox.toolchain.asm.Statement.Directive;
import io.zerocloud.sandbox.toolchain.asm.Statement.Instruction;
import io.zerocloud.sandbox.toolchain.asm.Statement.Label;
import io.zerocloud.sandbox.toolchain.asm.Statement.Marker;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Parses the subset of the GNU assembler's language that compilers and hand-written sources use:
 * labels, directives, AT&T instructions, {@code #} and C comments, {@code ;} separators and the
 * preprocessor's line markers. Text inside quotes is never split. Macros ({@code .macro}, {@code
 * .rept}, ...) are refused, as their expansion would escape the rewriter.
 */
public final class AssemblyParser {
    private static final Set<String> PREFIXES =
            Set.of(
                    "lock",
                    "rep",
                    "repe",
                    "repz",
                    "repne",
                    "repnz",
                    "addr32",
                    "data16",
                    "notrack",
                    "bnd",
                    "xacquire",
                    "xrelease");
    private static final Set<String> EXPANDING =
            Set.of(".macro", ".rept", ".irp", ".irpc", ".include", ".altmacro");

    private final List<Statement> statements = new ArrayList<>();
    private final List<String> prefixes = new ArrayList<>();
    private boolean inComment;

    private AssemblyParser() {}

    /**
     * The statements of a file in order.
     *
     * @throws AssemblyException if a line is beyond the language above
     */
    public static List<Statement> parse(String text) throws AssemblyException {
        AssemblyParser parser = new AssemblyParser();
        int number = 0;
        int start = 0;
        while (start < text.length()) {
            int end = text.indexOf('\n', start);
            if (end < 0) {
                end = text.length();
            }
            number++;
            parser.line(number, text.substring(start, end));
            start = end + 1;
        }
        return parser.statements;
    }

    private void line(int number, String line) throws AssemblyException {
        if (!inComment && line.startsWith("#")) {
            marker(number, line).ifPresent(statements::add);
            return;
        }
        int start = 0;
        StringBuilder current = new StringBuilder(line.length());
        boolean quoted = false;
        for (int i = start; i < line.length(); i++) {
            char c = line.charAt(i);
            if (inComment) {
                if (c == '*' && i + 1 < line.length() && line.charAt(i + 1) == '/') {
                    inComment = false;
                    current.append(' ');
                    i++;
                }
            } else if (quoted) {
                current.append(c);
                if (c == '\\' && i + 1 < line.length()) {
                    current.append(line.charAt(++i));
                } else if (c == '"') {
                    quoted = false;
                }
            } else if (c == '"') {
                quoted = true;
                current.append(c);
            } else if (c == '#') {
                break;
            } else if (c == '/' && i + 1 < line.length() && line.charAt(i + 1) == '*') {
                inComment = true;
                i++;
            } else if (c == '/' && i + 1 < line.length() && line.charAt(i + 1) == '/') {
                break;
            } else if (c == ';') {
                statement(number, current.toString().strip());
                current.setLength(0);
            } else {
                current.append(c);
            }
        }
        statement(number, current.toString().strip());
    }

    /**
     * {@code # 12 "file.c" 1} as gcc writes it in front of inline assembly; other comments vanish.
     */
    private static Optional<Marker> marker(int number, String line) {
        if (line.startsWith("#NO_APP")) {
            return Optional.of(Marker.endOfInlineAssembly(number));
        }
        String text =
                line.startsWith("#line") ? line.substring(5).strip() : line.substring(1).strip();
        int space = text.indexOf(' ');
        int open = text.indexOf('"');
        int close = text.indexOf('"', open + 1);
        if (space <= 0 || open < 0 || close < 0) {
            return Optional.empty();
        }
        return Operand.constant(text.substring(0, space))
                .map(
                        value ->
                                new Marker(
                                        number, text.substring(open + 1, close), value.intValue()));
    }

    private void statement(int number, String statement) throws AssemblyException {
        String text = statement;
        while (!text.isEmpty()) {
            int end = symbolEnd(text);
            if (end == 0) {
                break;
            }
            int next = end;
            while (next < text.length() && Character.isWhitespace(text.charAt(next))) {
                next++;
            }
            if (next < text.length() && text.charAt(next) == ':') {
                statements.add(new Label(number, text.substring(0, end)));
                text = text.substring(next + 1).strip();
            } else if (next < text.length()
                    && text.charAt(next) == '='
                    && !PREFIXES.contains(text.substring(0, end))) {
                statements.add(new Directive(number, "=", text));
                return;
            } else {
                break;
            }
        }
        if (text.isEmpty()) {
            return;
        }
        int end = 0;
        while (end < text.length() && !Character.isWhitespace(text.charAt(end))) {
            end++;
        }
        String word = text.substring(0, end);
        String rest = text.substring(end).strip();
        if (word.charAt(0) == '.') {
            if (EXPANDING.contains(word)) {
                throw new AssemblyException(number, "assembler macros are not supported: " + text);
            }
            statements.add(new Directive(number, word, rest));
        } else if (PREFIXES.contains(word)) {
            prefixes.add(word);
            statement(number, rest);
        } else {
            List<Operand> operands = operands(number, rest);
            statements.add(new Instruction(number, List.copyOf(prefixes), word, operands));
            prefixes.clear();
        }
    }

    private static int symbolEnd(String text) {
        if (text.charAt(0) == '"') {
            return text.indexOf('"', 1) + 1;
        }
        int end = 0;
        while (end < text.length()) {
            char c = text.charAt(end);
            if (!Character.isLetterOrDigit(c) && c != '_' && c != '.' && c != '$' && c != '@') {
                break;
            }
            end++;
        }
        return end;
    }

    private static List<Operand> operands(int number, String text) throws AssemblyException {
        if (text.isEmpty()) {
            return List.of();
        }
        List<Operand> operands = new ArrayList<>(3);
        int depth = 0;
        boolean quoted = false;
        int start = 0;
        for (int i = 0; i < text.length(); i++) {
            switch (text.charAt(i)) {
                case '"' -> quoted = !quoted;
                case '(' -> depth += quoted ? 0 : 1;
                case ')' -> depth -= quoted ? 0 : 1;
                case ',' -> {
                    if (depth == 0 && !quoted) {
                        operands.add(operand(number, text.substring(start, i).strip()));
                        start = i + 1;
                    }
                }
                default -> {}
            }
        }
        operands.add(operand(number, text.substring(start).strip()));
        return List.copyOf(operands);
    }

    private static Operand operand(int number, String text) throws AssemblyException {
        if (text.isEmpty()) {
            throw new AssemblyException(number, "an operand is missing");
        }
        return switch (text.charAt(0)) {
            case '$' -> new Operand.Imm(text.substring(1).strip());
            case '*' -> new Operand.Star(operand(number, text.substring(1).strip()));
            case '%' -> {
                int colon = text.indexOf(':');
                if (colon > 0) {
                    String segment = text.substring(1, colon).strip();
                    yield memory(number, segment, text.substring(colon + 1).strip());
                }
                Optional<Register> register = Register.named(text.substring(1));
                yield register.isPresent()
                        ? new Operand.Reg(register.get())
                        : new Operand.Other(text);
            }
            default -> memory(number, "", text);
        };
    }

    private static Operand memory(int number, String segment, String text)
            throws AssemblyException {
        int open = text.endsWith(")") ? matchingOpen(text) : -1;
        if (open >= 0) {
            String inside = text.substring(open + 1, text.length() - 1).strip();
            if (inside.startsWith("%") || inside.startsWith(",")) {
                return registers(number, segment, text.substring(0, open).strip(), inside);
            }
        }
        return new Operand.Mem(segment, text, Optional.empty(), Optional.empty(), 1);
    }

    private static Operand registers(int number, String segment, String displacement, String inside)
            throws AssemblyException {
        String[] parts = inside.split(",", -1);
        Optional<Register> base = addressRegister(number, parts[0].strip());
        Optional<Register> index =
                parts.length > 1 ? addressRegister(number, parts[1].strip()) : Optional.empty();
        String scale = parts.length > 2 ? parts[2].strip() : "1";
        if (parts.length > 3 || !Set.of("1", "2", "4", "8").contains(scale)) {
            throw new AssemblyException(number, "not an address: (" + inside + ")");
        }
        return new Operand.Mem(segment, displacement, base, index, Integer.parseInt(scale));
    }

    private static Optional<Register> addressRegister(int number, String text)
            throws AssemblyException {
        if (text.isEmpty() || text.equals("%riz") || text.equals("%eiz")) {
            return Optional.empty();
        }
        Optional<Register> register =
                text.startsWith("%") ? Register.named(text.substring(1)) : Optional.empty();
        if (register.isEmpty() || register.get().bits() < 32) {
            throw new AssemblyException(number, "not a register for an address: " + text);
        }
        return register;
    }

    private static int matchingOpen(String text) {
        int depth = 0;
        for (int i = text.length() - 1; i >= 0; i--) {
            char c = text.charAt(i);
            if (c == ')') {
                depth++;
            } else if (c == '(' && --depth == 0) {
                return i;
            }
        }
        return -1;
    }
}
