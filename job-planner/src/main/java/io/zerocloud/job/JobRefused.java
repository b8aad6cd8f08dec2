package io.zerocloud.job;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * A job that will not run, with everything that is wrong with it.
 *
 * <p>The first violation decides the answer's status and first line; the others follow, one a line.
 */
public final class JobRefused extends Exception {
    private static final long serialVersionUID = 1L;

    /** More would only make the answer long: whoever wrote the document has enough to start. */
    private static final int MOST_LINES = 50;

    private final transient List<Violation> violations;
    private final String node;

    public JobRefused(List<Violation> violations) {
        this(violations, "");
    }

    /**
     * @param violations at least one, in the order in which they are reported
     * @param node name of the node whose object was refused (the answer then carries that node's
     *     default report headers), or empty
     */
    public JobRefused(List<Violation> violations, String node) {
        super(body(violations));
        this.violations = List.copyOf(violations);
        this.node = node;
    }

    public JobRefused(Violation violation) {
        this(List.of(violation));
    }

    public List<Violation> violations() {
        return violations;
    }

    /** HTTP status of the answer. */
    public int status() {
        return violations.getFirst().status();
    }

    /** Body of the answer, {@code text/plain; charset=UTF-8}, each line ended by a newline. */
    public String body() {
        return body(violations);
    }

    /** Name of the node whose object was refused, or empty. */
    public String node() {
        return node;
    }

    /**
     * The same for programs: {@code {"status": n, "errors": [{"code", "status", "text", "at",
     * "value", "rule"}]}}.
     */
    public ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("status", status());
        ArrayNode errors = json.putArray("errors");
        for (Violation violation : violations) {
            errors.addObject()
                    .put("code", violation.code().name())
                    .put("status", violation.status())
                    .put("text", violation.text())
                    .put("at", violation.at())
                    .put("value", violation.value())
                    .put("rule", violation.rule());
        }
        return json;
    }

    private static String body(List<Violation> violations) {
        StringBuilder body = new StringBuilder();
        violations.stream().limit(MOST_LINES).forEach(v -> body.append(v.line()).append('\n'));
        int rest = violations.size() - MOST_LINES;
        if (rest > 0) {
            body.append("and ").append(rest).append(" more\n");
        }
        return body.toString();
    }
}
