package io.zerocloud.swift.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.zerocloud.swift.disk.ObjectPin;
import java.util.Optional;

/** A line of a container's listing. */
public sealed interface ListingEntry {
    /** The name, or for a folded group its beginning up to the delimiter. */
    String name();

    /**
     * An object.
     *
     * @param hash the ETag of the stored file; for an SLO that of its manifest
     * @param bytes length of the object, for a symlink 0
     * @param lastModified ISO 8601 with microseconds, UTC, without zone, as it came
     * @param sloEtag for an SLO the ETag that a HEAD gives
     * @param symlinkPath for a symlink its target, encoded
     */
    record ObjectEntry(
            String name,
            String hash,
            long bytes,
            String contentType,
            String lastModified,
            Optional<String> sloEtag,
            Optional<String> symlinkPath)
            implements ListingEntry {

        /** What a file on disk must say to be this object. */
        public ObjectPin pin() {
            return new ObjectPin(sloEtag.orElse(hash), bytes);
        }
    }

    /** All names that continue {@code name}, folded by the delimiter. */
    record Subdirectory(String name) implements ListingEntry {}

    /** A container of an account. */
    record ContainerEntry(String name, long objects, long bytes, String lastModified)
            implements ListingEntry {}

    /** Reads one element of a JSON listing; a missing field is empty or 0. */
    static ListingEntry read(JsonNode node) {
        if (node.has("subdir")) {
            return new Subdirectory(node.path("subdir").asText());
        }
        String name = node.path("name").asText();
        String modified = node.path("last_modified").asText();
        if (node.has("count")) {
            return new ContainerEntry(
                    name, node.path("count").asLong(), node.path("bytes").asLong(), modified);
        }
        return new ObjectEntry(
                name,
                node.path("hash").asText(),
                node.path("bytes").asLong(),
                node.path("content_type").asText(),
                modified,
                text(node, "slo_etag").map(ObjectInfo::unquoted),
                text(node, "symlink_path"));
    }

    private static Optional<String> text(JsonNode node, String field) {
        return node.hasNonNull(field) ? Optional.of(node.get(field).asText()) : Optional.empty();
    }
}
