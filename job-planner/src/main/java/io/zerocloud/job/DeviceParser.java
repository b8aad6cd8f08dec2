package io.zerocloud.job;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads one device of a group. */
final class DeviceParser {
    private static final Set<String> FIELDS =
            Set.of("name", "device", "path", "content_type", "meta", "mode", "min_size");

    /** Loose on purpose: what must not get through is what could end a header. */
    private static final Pattern CONTENT_TYPE = Pattern.compile("[!-.0-~]+/[!-.0-~][ -~]*");

    private static final int LONGEST_CONTENT_TYPE = 255;

    private final Fields fields;
    private final Findings findings;
    private final String group;
    private final JobContext context;

    DeviceParser(Fields fields, String group, JobContext context) {
        this.fields = fields;
        this.findings = fields.findings();
        this.group = group;
        this.context = context;
    }

    /** Absent if it has no usable name. */
    Optional<Device> device() {
        String nameField = fields.synonym("device", "name");
        Optional<JsonNode> given = fields.get(nameField);
        if (isMissing(given)) {
            findings.group(ErrorCode.DEVICE_NAME_MISSING.at(fields.at(nameField), "", group));
            return Optional.empty();
        }
        String name = given.get().asText();
        Optional<Url> path = url();
        boolean zvm = path.filter(Url.Zvm.class::isInstance).isPresent();
        if (!given.get().isTextual()
                || !(zvm ? DeviceNames.isValidPattern(name) : DeviceNames.isValid(name))) {
            findings.group(
                    ErrorCode.DEVICE_NAME_INVALID.at(
                            fields.at(nameField),
                            "",
                            given.get().isTextual() ? name : given.get().toString(),
                            group));
            return Optional.empty();
        }
        Device.Kind kind = Device.Kind.of(name, context.systemImages());
        Optional<Url> usable = new PathRules(fields, group, context, name, kind).check(path);
        Optional<String> contentType = contentType();
        Map<String, String> meta = Metadata.read(fields);
        Device.Mode mode = mode();
        long minSize =
                fields.whole(
                                "min_size",
                                0,
                                Long.MAX_VALUE,
                                () ->
                                        ErrorCode.MIN_SIZE_INVALID.at(
                                                fields.at("min_size"),
                                                fields.shown("min_size"),
                                                group))
                        .orElse(0);
        fields.noteUnknown(FIELDS);
        return Optional.of(
                new Device(
                        fields.at(),
                        name,
                        kind,
                        usable.filter(u -> u instanceof Url.Swift || u instanceof Url.Zvm),
                        contentType,
                        meta,
                        mode,
                        minSize));
    }

    private static boolean isMissing(Optional<JsonNode> name) {
        return name.isEmpty() || (name.get().isTextual() && name.get().textValue().isEmpty());
    }

    /** The path, account resolved; an unrecognised text is a violation. */
    private Optional<Url> url() {
        Optional<JsonNode> given = fields.get("path");
        if (given.isEmpty()) {
            return Optional.empty();
        }
        Optional<Url> url =
                given.filter(JsonNode::isTextual).map(JsonNode::textValue).flatMap(Url::parse);
        if (url.isEmpty()) {
            findings.group(
                    ErrorCode.PATH_INVALID.at(
                            fields.at("path"), fields.shown("path"), given.get().asText(), group));
            return Optional.of(new Url.Unusable(""));
        }
        return url.map(u -> u instanceof Url.Swift swift ? swift.in(context.account()) : u);
    }

    private Optional<String> contentType() {
        Optional<String> type = fields.string("content_type", this::badContentType);
        if (type.isPresent()
                && !type.get().isEmpty()
                && (type.get().length() > LONGEST_CONTENT_TYPE
                        || !CONTENT_TYPE.matcher(type.get()).matches())) {
            findings.group(badContentType());
        }
        return type.filter(text -> !text.isEmpty());
    }

    private Violation badContentType() {
        return ErrorCode.CONTENT_TYPE_INVALID.at(
                fields.at("content_type"), fields.shown("content_type"), group);
    }

    private Device.Mode mode() {
        Optional<String> word = fields.string("mode", this::badMode);
        if (word.isEmpty()) {
            return Device.Mode.FILE;
        }
        for (Device.Mode mode : Device.Mode.values()) {
            if (mode.word().equals(word.get())) {
                return mode;
            }
        }
        findings.group(badMode());
        return Device.Mode.FILE;
    }

    private Violation badMode() {
        return ErrorCode.MODE_INVALID.at(fields.at("mode"), fields.shown("mode"), group);
    }
}
