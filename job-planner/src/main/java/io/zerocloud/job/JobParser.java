package io.zerocloud.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Reads a job description: a JSON list of groups.
 *
 * <p>Everything that can be wrong without asking the store is found here, all of it in one answer.
 */
public final class JobParser {
    private final JobContext context;
    private final JobLimits limits;
    private final Findings findings = new Findings();

    private JobParser(JobContext context, JobLimits limits) {
        this.context = context;
        this.limits = limits;
    }

    /**
     * Reads a description.
     *
     * @param document UTF-8 JSON
     * @throws JobRefused with every violation, the first in the order of the original
     */
    public static Job parse(byte[] document, JobContext context, JobLimits limits)
            throws JobRefused {
        return parse(JsonDocument.read(document, limits), context, limits);
    }

    /** The same for a document that {@link JsonDocument} read, such as a filled template. */
    public static Job parse(JsonNode document, JobContext context, JobLimits limits)
            throws JobRefused {
        return new JobParser(context, limits).job(document);
    }

    private Job job(JsonNode document) throws JobRefused {
        if (!document.isArray()) {
            throw new JobRefused(
                    ErrorCode.WRONG_TYPE.at(
                            "$", document.toString(), "a job description", "a list of groups"));
        }
        if (document.isEmpty()) {
            throw new JobRefused(ErrorCode.NO_NODES.at("$", "[]"));
        }
        List<Group> groups = new ArrayList<>();
        for (int i = 0; i < document.size(); i++) {
            String at = "$[" + i + "]";
            if (document.get(i) instanceof ObjectNode object) {
                groups.add(
                        new GroupParser(new Fields(object, at, findings), context, limits).group());
            } else {
                findings.group(
                        ErrorCode.WRONG_TYPE.at(
                                at, document.get(i).toString(), "a group", "an object"));
            }
        }
        Map<String, Group> byName = byName(groups);
        groups.forEach(group -> checkConnect(group, byName));
        long nodes = groups.stream().mapToLong(JobParser::least).sum();
        if (nodes > limits.nodes()) {
            findings.connection(ErrorCode.TOO_MANY_NODES.at("$", nodes + " nodes", limits.nodes()));
        }
        findings.refuseIfAny();
        return new Job(context, groups, findings.notes());
    }

    /** Nodes that a group has in any case. */
    private static int least(Group group) {
        return group.wildcardInputs().isEmpty() ? group.count() : 1;
    }

    private Map<String, Group> byName(List<Group> groups) {
        Map<String, Group> byName = new HashMap<>();
        for (Group group : groups) {
            if (!group.name().isEmpty() && byName.putIfAbsent(group.name(), group) != null) {
                findings.group(
                        ErrorCode.NODE_NAME_DUPLICATE.at(group.at() + ".name", "", group.name()));
            }
        }
        return byName;
    }

    private void checkConnect(Group group, Map<String, Group> byName) {
        for (int i = 0; i < group.connect().size(); i++) {
            checkTarget(group, group.connect().get(i), group.at() + ".connect[" + i + "]", byName);
        }
        for (Device device : group.devices()) {
            device.zvm()
                    .ifPresent(
                            zvm -> checkTarget(group, zvm.group(), device.at() + ".path", byName));
        }
    }

    private void checkTarget(Group from, String target, String at, Map<String, Group> byName) {
        if (target.equals(from.name()) && !from.isNumbered()) {
            findings.connection(ErrorCode.CONNECT_SELF.at(at, "", target));
        } else if (!byName.containsKey(target) && !mayBeMember(target, byName)) {
            findings.connection(ErrorCode.CONNECT_UNKNOWN.at(at, "", target));
        }
    }

    /**
     * Whether a target can be a node of a numbered group; a wildcard's members are not known yet.
     */
    private static boolean mayBeMember(String target, Map<String, Group> byName) {
        int dash = target.lastIndexOf('-');
        Group group = dash < 0 ? null : byName.get(target.substring(0, dash));
        if (group == null || !group.isNumbered()) {
            return false;
        }
        OptionalInt member = memberNumber(target.substring(dash + 1));
        return member.isPresent()
                && (!group.wildcardInputs().isEmpty() || member.getAsInt() <= group.count());
    }

    private static OptionalInt memberNumber(String digits) {
        boolean number =
                !digits.isEmpty()
                        && digits.length() <= 9
                        && digits.charAt(0) != '0'
                        && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        return number ? OptionalInt.of(Integer.parseInt(digits)) : OptionalInt.empty();
    }
}
