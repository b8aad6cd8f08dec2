package io.zerocloud.cli.app;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** A job's {@code X-Nexe-*} headers as a table: a row a node. */
public final class Summary {
    private static final String[] TITLES = {
        "node",
        "status",
        "code",
        "s",
        "system s",
        "user s",
        "reads",
        "bytes",
        "writes",
        "bytes",
        "net in",
        "bytes",
        "net out",
        "bytes"
    };

    private Summary() {}

    /** Prints the table; nothing if no node is told of. */
    public static void print(Site.Answer answer, PrintWriter out) {
        String[] names = answer.header("X-Nexe-System").split(",", -1);
        if (names.length == 0 || names[0].isEmpty()) {
            return;
        }
        String[] states = answer.header("X-Nexe-Status").split(",", -1);
        String[] codes = answer.header("X-Nexe-Retcode").split(",", -1);
        // "total, t1, a1,t2, a2": the first value, then pairs.
        String[] cdr = answer.header("X-Nexe-Cdr-Line").split(",", -1);
        List<String[]> rows = new ArrayList<>();
        rows.add(TITLES);
        for (int i = 0; i < names.length; i++) {
            String[] row = new String[TITLES.length];
            java.util.Arrays.fill(row, "");
            row[0] = names[i];
            row[1] = at(states, i);
            row[2] = at(codes, i);
            row[3] = at(cdr, 1 + 2 * i).strip();
            String[] numbers = at(cdr, 2 + 2 * i).strip().split(" ");
            for (int n = 0; n < numbers.length && 4 + n < row.length; n++) {
                row[4 + n] = numbers[n];
            }
            rows.add(row);
        }
        int[] widths = new int[TITLES.length];
        for (String[] row : rows) {
            for (int i = 0; i < row.length; i++) {
                widths[i] = Math.max(widths[i], row[i].length());
            }
        }
        for (String[] row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.length; i++) {
                String format = i < 2 ? "%-" + widths[i] + "s  " : "%" + widths[i] + "s  ";
                line.append(String.format(format, row[i]));
            }
            out.println(line.toString().stripTrailing());
        }
        out.println("total " + at(cdr, 0).strip() + " s");
        String truncated = answer.header("X-Nexe-Truncated");
        if (!truncated.isEmpty()) {
            out.println("of " + truncated + " nodes; all are in " + answer.header("X-Nexe-Report"));
        }
        out.flush();
    }

    private static String at(String[] values, int index) {
        return index < values.length ? values[index] : "";
    }
}
