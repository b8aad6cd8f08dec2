package io.zerocloud.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Reads one group. Fields are visited in the order in which the original complained about them; a
 * violation does not end the visit, so that a writer sees everything at once.
 */
final class GroupParser {
    /** Group names end up in comma-joined headers, host names and device names. */
    private static final Pattern NAME =
            Pattern.compile("[A-Za-z0-9](?:[A-Za-z0-9._-]{0,54}[A-Za-z0-9])?");

    private static final Set<String> FIELDS =
            Set.of(
                    "name",
                    "exec",
                    "devices",
                    "file_list",
                    "count",
                    "connect",
                    "replicate",
                    "attach",
                    "location");
    private static final Set<String> ALWAYS_THERE = Set.of("default", "stdin", "stdout", "stderr");
    private static final int LONGEST_LOCATION = 256;

    private final Fields fields;
    private final Findings findings;
    private final JobContext context;
    private final JobLimits limits;

    /** How the group is called in messages. */
    private String shownName;

    GroupParser(Fields fields, JobContext context, JobLimits limits) {
        this.fields = fields;
        this.findings = fields.findings();
        this.context = context;
        this.limits = limits;
        this.shownName = fields.at();
    }

    /** What could be read; meaningful as a whole only if nothing was found. */
    Group group() {
        String name = name();
        ExecParser exec = new ExecParser(fields, shownName, context);
        exec.read();
        int count = count();
        int replicate =
                (int)
                        fields.whole(
                                        "replicate",
                                        0,
                                        limits.replicate(),
                                        () ->
                                                ErrorCode.REPLICATE_INVALID.at(
                                                        fields.at("replicate"),
                                                        "",
                                                        fields.shown("replicate"),
                                                        limits.replicate()))
                                .orElse(1);
        Optional<String> location = location();
        List<Device> devices = devices();
        Optional<String> attach = attach(devices);
        List<String> connect = connect();
        fields.noteUnknown(FIELDS);
        exec.checkProgram(devices);
        Group group =
                new Group(
                        fields.at(),
                        name,
                        exec.program(),
                        exec.programName(),
                        exec.arguments(),
                        exec.env(),
                        devices,
                        count,
                        connect,
                        replicate,
                        attach,
                        location);
        new OutputRules(group, shownName, findings).check();
        if (count > 1 && !group.wildcardInputs().isEmpty()) {
            findings.note(fields.at("count"), "ignored, because a wildcard decides");
        }
        return group;
    }

    private String name() {
        Optional<JsonNode> given = fields.get("name");
        if (given.map(node -> node.isTextual() && node.textValue().isEmpty()).orElse(true)) {
            findings.group(ErrorCode.NODE_NAME_MISSING.at(fields.at("name"), ""));
            return "";
        }
        String name = given.get().isTextual() ? given.get().textValue() : "";
        if (!NAME.matcher(name).matches()) {
            findings.group(ErrorCode.NODE_NAME_INVALID.at(fields.at("name"), fields.shown("name")));
            return "";
        }
        shownName = name;
        return name;
    }

    private int count() {
        return (int)
                fields.whole(
                                "count",
                                1,
                                limits.nodes(),
                                () ->
                                        ErrorCode.NODE_COUNT_INVALID.at(
                                                fields.at("count"),
                                                "",
                                                fields.shown("count"),
                                                limits.nodes()))
                        .orElse(1);
    }

    private Optional<String> location() {
        Optional<String> location =
                fields.string(
                        "location",
                        () ->
                                ErrorCode.LOCATION_INVALID.at(
                                        fields.at("location"),
                                        fields.shown("location"),
                                        shownName));
        if (location.isPresent()
                && (Fields.hasControl(location.get())
                        || location.get().length() > LONGEST_LOCATION)) {
            findings.group(
                    ErrorCode.LOCATION_INVALID.at(
                            fields.at("location"), fields.shown("location"), shownName));
        }
        return location.filter(label -> !label.isEmpty());
    }

    private List<Device> devices() {
        String field = fields.synonym("file_list", "devices");
        Optional<JsonNode> given = fields.get(field);
        if (given.isEmpty()) {
            return List.of();
        }
        if (!given.get().isArray()) {
            findings.group(
                    ErrorCode.WRONG_TYPE.at(
                            fields.at(field), fields.shown(field), field, "a list of objects"));
            return List.of();
        }
        if (given.get().size() > limits.devices()) {
            findings.group(
                    ErrorCode.TOO_MANY_DEVICES.at(
                            fields.at(field),
                            given.get().size() + " devices",
                            shownName,
                            limits.devices()));
            return List.of();
        }
        List<Device> devices = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (int i = 0; i < given.get().size(); i++) {
            JsonNode entry = given.get().get(i);
            String at = fields.at(field) + "[" + i + "]";
            if (!(entry instanceof ObjectNode object)) {
                findings.group(
                        ErrorCode.WRONG_TYPE.at(at, entry.toString(), "a device", "an object"));
                continue;
            }
            Optional<Device> device =
                    new DeviceParser(new Fields(object, at, findings), shownName, context).device();
            device.ifPresent(devices::add);
            if (device.isPresent() && !names.add(device.get().name())) {
                findings.group(
                        ErrorCode.DEVICE_DUPLICATE.at(at, "", device.get().name(), shownName));
            }
        }
        return devices;
    }

    private Optional<String> attach(List<Device> devices) {
        Optional<String> attach =
                fields.string(
                        "attach",
                        () ->
                                ErrorCode.ATTACH_INVALID.at(
                                        fields.at("attach"),
                                        "",
                                        fields.shown("attach"),
                                        shownName));
        if (attach.isPresent()
                && !ALWAYS_THERE.contains(attach.get())
                && !(attach.get().equals("image") && uploadedImage())
                && devices.stream().noneMatch(d -> d.name().equals(attach.get()))) {
            findings.group(
                    ErrorCode.ATTACH_INVALID.at(fields.at("attach"), "", attach.get(), shownName));
        }
        return attach.filter(device -> !device.equals("default"));
    }

    private boolean uploadedImage() {
        return context.image() != JobContext.UploadedImage.NONE;
    }

    private List<String> connect() {
        Optional<JsonNode> given = fields.get("connect");
        if (given.isEmpty()) {
            return List.of();
        }
        if (!given.get().isArray()) {
            findings.connection(
                    ErrorCode.WRONG_TYPE.at(
                            fields.at("connect"),
                            fields.shown("connect"),
                            "connect",
                            "a list of names"));
            return List.of();
        }
        List<String> connect = new ArrayList<>();
        for (int i = 0; i < given.get().size(); i++) {
            JsonNode entry = given.get().get(i);
            if (entry.isTextual()) {
                connect.add(entry.textValue());
            } else {
                findings.connection(
                        ErrorCode.CONNECT_UNKNOWN.at(
                                fields.at("connect") + "[" + i + "]", "", entry));
            }
        }
        return connect;
    }
}
