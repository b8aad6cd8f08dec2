package io.zerocloud.swift.store;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;

/**
 * {@code GET /info}: what this store is able to, in Swift's words, so that clients find their way.
 */
final class Capabilities {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Capabilities() {}

    static Response response(Request request) throws IOException {
        if (!request.isRead()) {
            return Response.of(HttpStatus.METHOD_NOT_ALLOWED).with("Allow", "GET, HEAD, OPTIONS");
        }
        return Response.bytes(
                HttpStatus.OK,
                "application/json; charset=UTF-8",
                JSON.writeValueAsBytes(document()));
    }

    private static ObjectNode document() {
        ObjectNode info = JSON.createObjectNode();
        ObjectNode swift = info.putObject("swift");
        swift.put("version", "2.30.1")
                .put("max_file_size", Limits.MAX_FILE_SIZE)
                .put("max_meta_name_length", Limits.MAX_META_NAME_LENGTH)
                .put("max_meta_value_length", Limits.MAX_META_VALUE_LENGTH)
                .put("max_meta_count", Limits.MAX_META_COUNT)
                .put("max_meta_overall_size", Limits.MAX_META_OVERALL_SIZE)
                .put("max_header_size", Limits.MAX_HEADER_SIZE)
                .put("max_object_name_length", Limits.MAX_OBJECT_NAME_LENGTH)
                .put("container_listing_limit", Limits.LISTING_LIMIT)
                .put("account_listing_limit", Limits.LISTING_LIMIT)
                .put("max_account_name_length", Limits.MAX_ACCOUNT_NAME_LENGTH)
                .put("max_container_name_length", Limits.MAX_CONTAINER_NAME_LENGTH)
                .put("extra_header_count", 0)
                .put("account_autocreate", true)
                .put("strict_cors_mode", true)
                .put("allow_account_management", false);
        swift.putArray("valid_api_versions").add("v1").add("v1.0");
        swift.putArray("policies")
                .addObject()
                .put("name", StoreDirectory.POLICY_NAME)
                .put("default", true)
                .put("aliases", StoreDirectory.POLICY_NAME);
        info.putObject("tempauth").put("account_acls", true);
        info.putObject("slo")
                .put("max_manifest_segments", Limits.MAX_MANIFEST_SEGMENTS)
                .put("max_manifest_size", Limits.MAX_MANIFEST_SIZE)
                .put("min_segment_size", 1)
                .put("allow_async_delete", false);
        info.putObject("dlo").put("max_segments", -1);
        return info;
    }
}
