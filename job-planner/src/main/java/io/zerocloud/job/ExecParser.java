package io.zerocloud.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.zerocloud.nvram.CommandLine;
import io.zerocloud.nvram.Nvram;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads what a group runs: its {@code exec} object. */
final class ExecParser {
    private static final Set<String> FIELDS = Set.of("path", "args", "env", "name");
    private static final int LONGEST_ENV_NAME = 128;

    private final Fields group;
    private final Findings findings;
    private final String groupName;
    private final JobContext context;

    private Optional<Url> path = Optional.empty();
    private Optional<String> programName = Optional.empty();
    private List<String> arguments = List.of();
    private final Map<String, String> env = new LinkedHashMap<>();

    ExecParser(Fields group, String groupName, JobContext context) {
        this.group = group;
        this.findings = group.findings();
        this.groupName = groupName;
        this.context = context;
    }

    void read() {
        Optional<JsonNode> given = group.get("exec");
        if (given.map(ExecParser::isNothing).orElse(true)) {
            findings.group(
                    ErrorCode.EXEC_MISSING.at(group.at("exec"), group.shown("exec"), groupName));
        } else if (given.get() instanceof ObjectNode object) {
            Fields exec = new Fields(object, group.at("exec"), findings);
            path = path(exec);
            programName = text(exec, "name").filter(name -> !name.isEmpty());
            readArguments(exec);
            readEnv(exec);
            exec.noteUnknown(FIELDS);
        } else {
            findings.group(
                    ErrorCode.WRONG_TYPE.at(
                            group.at("exec"), group.shown("exec"), "exec", "an object"));
        }
    }

    /** The program; of no use if something was found. */
    Url program() {
        return path.orElse(new Url.Unusable(""));
    }

    Optional<String> programName() {
        return programName;
    }

    List<String> arguments() {
        return arguments;
    }

    Map<String, String> env() {
        return env;
    }

    /** What the original took for no stanza at all. */
    private static boolean isNothing(JsonNode node) {
        return (node.isContainerNode() && node.isEmpty())
                || (node.isTextual() && node.textValue().isEmpty())
                || (node.isBoolean() && !node.booleanValue());
    }

    private Violation property(Fields exec, String field, String rule) {
        return ErrorCode.EXEC_PROPERTY_INVALID.at(
                exec.at(field), exec.shown(field), groupName, rule);
    }

    /** A string without control characters, or absent. */
    private Optional<String> text(Fields exec, String field) {
        Optional<String> text =
                exec.string(field, () -> property(exec, field, "exec." + field + " is a string"));
        if (text.filter(Fields::hasControl).isPresent()) {
            findings.group(property(exec, field, "exec." + field + " holds no control characters"));
            return Optional.empty();
        }
        return text;
    }

    private Optional<Url> path(Fields exec) {
        Optional<Url> url =
                exec.get("path")
                        .filter(JsonNode::isTextual)
                        .map(JsonNode::textValue)
                        .flatMap(Url::parse);
        if (url.isEmpty()) {
            findings.group(
                    ErrorCode.EXEC_PATH_MISSING.at(exec.at("path"), exec.shown("path"), groupName));
            return url;
        }
        if (url.get() instanceof Url.Zvm) {
            findings.group(
                    ErrorCode.EXEC_PATH_ZVM.at(exec.at("path"), exec.shown("path"), groupName));
            return Optional.empty();
        }
        return text(exec, "path")
                .flatMap(Url::parse)
                .map(u -> u instanceof Url.Swift swift ? swift.in(context.account()) : u);
    }

    private void readArguments(Fields exec) {
        Optional<String> args = text(exec, "args");
        if (args.isPresent()) {
            try {
                arguments = CommandLine.split(args.get());
            } catch (IllegalArgumentException e) {
                findings.group(property(exec, "args", String.valueOf(e.getMessage())));
            }
        }
    }

    private void readEnv(Fields exec) {
        Optional<JsonNode> given = exec.get("env");
        if (given.isPresent() && given.get() instanceof ObjectNode object) {
            object.properties()
                    .forEach(
                            e ->
                                    readVariable(
                                            e.getKey(),
                                            e.getValue(),
                                            exec.at("env") + JsonDocument.step(e.getKey())));
        } else if (given.isPresent()) {
            findings.group(property(exec, "env", "exec.env is an object"));
        }
    }

    private void readVariable(String name, JsonNode value, String at) {
        if (!Nvram.isName(name) || name.length() > LONGEST_ENV_NAME) {
            findings.group(
                    ErrorCode.EXEC_PROPERTY_INVALID.at(
                            at,
                            "",
                            groupName,
                            "a variable's name has 1 to 128 characters, none of them blank,"
                                    + " control, comma, #, =, quote or backslash"));
        } else {
            value(value, at).filter(text -> !text.isEmpty()).ifPresent(text -> env.put(name, text));
        }
    }

    /**
     * The text of a variable. Booleans keep the words that guests have always seen; null, false and
     * the empty string mean that the variable is not set.
     */
    private Optional<String> value(JsonNode value, String at) {
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
                        groupName,
                        "a variable's value is a string without NUL, a number, a boolean or null"));
        return Optional.empty();
    }

    /** Whether the program can be found where its path says. */
    void checkProgram(List<Device> devices) {
        String at = group.at("exec") + ".path";
        if (path.isEmpty()) {
            return;
        }
        switch (path.get()) {
            case Url.Swift swift -> {
                if (!SwiftNames.isContainerPath(swift)) {
                    findings.group(ErrorCode.PATH_INVALID.at(at, "", swift.text(), groupName));
                } else if (swift.object().isEmpty()) {
                    findings.program(
                            ErrorCode.EXEC_IS_CONTAINER.at(
                                    at, "", "/" + swift.account() + "/" + swift.container()));
                }
            }
            case Url.File file -> {
                boolean users = file.image().isEmpty() || file.image().equals("image");
                boolean image =
                        context.image() != JobContext.UploadedImage.NONE
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
