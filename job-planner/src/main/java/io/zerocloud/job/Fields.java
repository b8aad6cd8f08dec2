package io.zerocloud.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;

/** The fields of one JSON object; {@code null} is the same as absent. */
record Fields(ObjectNode object, String at, Findings findings) {

    /** JSON path of a field. */
    String at(String field) {
        return at + JsonDocument.step(field);
    }

    Optional<JsonNode> get(String field) {
        return Optional.ofNullable(object.get(field)).filter(node -> !node.isNull());
    }

    /** Whichever of two synonyms is there; the first wins. */
    String synonym(String winner, String other) {
        if (get(winner).isPresent()) {
            if (get(other).isPresent()) {
                findings.note(at(other), "ignored, because " + winner + " is given");
            }
            return winner;
        }
        return other;
    }

    /** A string, or absent; anything else is a violation and counts as absent. */
    Optional<String> string(String field, Supplier<Violation> otherwise) {
        Optional<JsonNode> node = get(field);
        if (node.isPresent() && !node.get().isTextual()) {
            findings.group(otherwise.get());
            return Optional.empty();
        }
        return node.map(JsonNode::textValue);
    }

    /** A whole number in a range, or absent; anything else is a violation and counts as absent. */
    OptionalLong whole(String field, long least, long most, Supplier<Violation> otherwise) {
        Optional<JsonNode> node = get(field);
        if (node.isEmpty()) {
            return OptionalLong.empty();
        }
        if (node.get().isIntegralNumber() && node.get().canConvertToLong()) {
            long value = node.get().longValue();
            if (value >= least && value <= most) {
                return OptionalLong.of(value);
            }
        }
        findings.group(otherwise.get());
        return OptionalLong.empty();
    }

    /** JSON text of a field's value, for error messages. */
    String shown(String field) {
        return get(field).map(JsonNode::toString).orElse("");
    }

    void noteUnknown(Set<String> known) {
        object.fieldNames()
                .forEachRemaining(
                        name -> {
                            if (!known.contains(name)) {
                                findings.note(at(name), "unknown field, ignored");
                            }
                        });
    }

    static boolean hasControl(String text) {
        return text.codePoints().anyMatch(Character::isISOControl);
    }
}
