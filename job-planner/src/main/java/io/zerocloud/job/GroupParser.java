package io.zerocloud.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.zerocloud.nvram.CommandLine;
import io.zerocloud.nvram.Nvram;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
    private static final Set<String> EXEC_FIELDS = Set.of("path", "args", "env", "name");
    private static final Set<String> ALWAYS_THERE = Set.of("default", "stdin", "stdout", "stderr");
    private static final int LONGEST_LOCATION = 256;
    private static final int LONGEST_ENV_NAME = 128;

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
        Exec exec = exec();
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
        checkProgram(exec.path(), devices);
        Group group =
                new Group(
                        fields.at(),
                        name,
                        exec.path().orElse(NO_PROGRAM),
                        exec.name(),
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

    private static final Url NO_PROGRAM = new Url.Unusable("");

    private record Exec(
            Optional<Url> path,
            Optional<String> name,
            List<String> arguments,
            Map<String, String> env) {}

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

    private Exec exec() {
        Exec none = new Exec(Optional.empty(), Optional.empty(), List.of(), Map.of());
        Optional<JsonNode> given = fields.get("exec");
        if (given.map(node -> isNothing(node)).orElse(true)) {
            findings.group(
                    ErrorCode.EXEC_MISSING.at(fields.at("exec"), fields.shown("exec"), shownName));
            return none;
        }
        if (!(given.get() instanceof ObjectNode object)) {
            findings.group(
                    ErrorCode.WRONG_TYPE.at(
                            fields.at("exec"), fields.shown("exec"), "exec", "an object"));
            return none;
        }
        Fields exec = new Fields(object, fields.at("exec"), findings);
        Optional<Url> path = programUrl(exec);
        Optional<String> programName = exec.string("name", () -> property(exec, "name", "string"));
        if (programName.filter(Fields::hasControl).isPresent()) {
            findings.group(property(exec, "name", NO_CONTROL));
        }
        List<String> arguments = arguments(exec);
        Map<String, String> env = env(exec);
        exec.noteUnknown(EXEC_FIELDS);
        return new Exec(path, programName.filter(n -> !n.isEmpty()), arguments, env);
    }

    /** What the original took for no stanza at all. */
    private static boolean isNothing(JsonNode node) {
        return node.isContainerNode()
                ? node.isEmpty()
                : node.asText().isEmpty() || node.asText().equals("false");
    }

    private static final String NO_CONTROL = "exec.%s holds no control characters";

    private Violation property(Fields exec, String field, String rule) {
        String text =
                rule.equals("string")
                        ? "exec." + field + " is a string"
                        : rule.replace("%s", field);
        return ErrorCode.EXEC_PROPERTY_INVALID.at(
                exec.at(field), exec.shown(field), shownName, text);
    }

    private Optional<Url> programUrl(Fields exec) {
        Optional<Url> path =
                exec.get("path")
                        .filter(JsonNode::isTextual)
                        .map(JsonNode::textValue)
                        .flatMap(Url::parse);
        if (path.isEmpty()) {
            findings.group(
                    ErrorCode.EXEC_PATH_MISSING.at(exec.at("path"), exec.shown("path"), shownName));
            return path;
        }
        if (path.get() instanceof Url.Zvm) {
            findings.group(
                    ErrorCode.EXEC_PATH_ZVM.at(exec.at("path"), exec.shown("path"), shownName));
            return Optional.empty();
        }
        if (Fields.hasControl(path.get().text())) {
            findings.group(property(exec, "path", NO_CONTROL));
            return Optional.empty();
        }
        return path.map(url -> url instanceof Url.Swift swift ? swift.in(context.account()) : url);
    }

    private List<String> arguments(Fields exec) {
        Optional<String> args = exec.string("args", () -> property(exec, "args", "string"));
        if (args.isEmpty()) {
            return List.of();
        }
        if (Fields.hasControl(args.get())) {
            findings.group(property(exec, "args", NO_CONTROL));
            return List.of();
        }
        try {
            return CommandLine.split(args.get());
        } catch (IllegalArgumentException e) {
            findings.group(property(exec, "args", String.valueOf(e.getMessage())));
            return List.of();
        }
    }

    private Map<String, String> env(Fields exec) {
        Map<String, String> env = new LinkedHashMap<>();
        Optional<JsonNode> given = exec.get("env");
        if (given.isEmpty()) {
            return env;
        }
        if (!(given.get() instanceof ObjectNode object)) {
            findings.group(property(exec, "env", "exec.env is an object"));
            return env;
        }
        object.properties()
                .forEach(
                        entry -> {
                            String name = entry.getKey();
                            String at = exec.at("env") + JsonDocument.step(name);
                            if (!Nvram.isName(name) || name.length() > LONGEST_ENV_NAME) {
                                findings.group(
                                        ErrorCode.EXEC_PROPERTY_INVALID.at(
                                                at,
                                                "",
                                                shownName,
                                                "a variable's name has 1 to 128 characters, none of"
                                                        + " them blank, control, comma, #, =, quote or"
                                                        + " backslash"));
                                return;
                            }
                            envValue(entry.getValue(), at)
                                    .filter(value -> !value.isEmpty())
                                    .ifPresent(value -> env.put(name, value));
                        });
        return env;
    }

    /**
     * The text of a variable. Booleans keep the words that guests have always seen; null, false and
     * the empty string mean that the variable is not set.
     */
    private Optional<String> envValue(JsonNode value, String at) {
        if (value.isNull()) {
            return Optional.empty();
        }
        if (value.isBoolean()) {
            return value.booleanValue() ? Optional.of("True") : Optional.empty();
        }
        if (value.isNumber() || (value.isTextual() && value.textValue().indexOf('\0') < 0)) {
            return Optional.of(value.asText());
        }
        findings.group(
                ErrorCode.EXEC_PROPERTY_INVALID.at(
                        at,
                        value.toString(),
                        shownName,
                        "a variable's value is a string without NUL, a number, a boolean or null"));
        return Optional.empty();
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

    /** Whether the program can be found where its path says. */
    private void checkProgram(Optional<Url> path, List<Device> devices) {
        String at = fields.at("exec") + ".path";
        if (path.isEmpty()) {
            return;
        }
        switch (path.get()) {
            case Url.Swift swift -> {
                if (!SwiftNames.isContainerPath(swift)) {
                    findings.group(ErrorCode.PATH_INVALID.at(at, "", swift.text(), shownName));
                } else if (swift.object().isEmpty()) {
                    findings.program(
                            ErrorCode.EXEC_IS_CONTAINER.at(
                                    at, "", "/" + swift.account() + "/" + swift.container()));
                }
            }
            case Url.File file -> {
                boolean users = file.image().isEmpty() || file.image().equals("image");
                boolean image =
                        uploadedImage()
                                || devices.stream().anyMatch(d -> d.kind() == Device.Kind.IMAGE);
                if (file.path().replace("/", "").isEmpty()) {
                    findings.program(
                            ErrorCode.EXEC_UNRESOLVED.at(
                                    at, file.text(), "a file in an image needs a path"));
                } else if (users && !image) {
                    findings.program(
                            ErrorCode.EXEC_UNRESOLVED.at(
                                    at,
                                    file.text(),
                                    "a file of the image needs a device image or an image in the"
                                            + " request"));
                } else if (!users && !context.systemImages().contains(file.image())) {
                    findings.program(
                            ErrorCode.EXEC_UNRESOLVED.at(
                                    at,
                                    file.text(),
                                    "there is no such system image; there are: "
                                            + String.join(", ", context.systemImages())));
                }
            }
            case Url.Zvm zvm -> throw new IllegalStateException("refused before: " + zvm.text());
            case Url.Unusable url ->
                    findings.program(
                            ErrorCode.EXEC_UNRESOLVED.at(
                                    at,
                                    url.text(),
                                    "exec.path is swift://account/container/object,"
                                            + " file://image:path or file://path"));
        }
    }
}
