package io.zerocloud.authority;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.zerocloud.job.StorePath;
import io.zerocloud.plan.Listings;
import io.zerocloud.plan.StoreRefused;
import io.zerocloud.stream.BlockingHttp.Reply;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Listings as the caller sees them: who may not list gets Swift's refusal, not names. */
public final class CallerListings implements Listings {
    /** A page of 10 000 entries with names of 1024 bytes fits. */
    private static final int MAX_PAGE_BYTES = 64 << 20;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final SwiftApi swift;
    private final Acting acting;

    public CallerListings(SwiftApi swift, Acting acting) {
        this.swift = swift;
        this.acting = acting;
    }

    @Override
    public List<String> containers(String account, String prefix, String marker)
            throws StoreRefused {
        List<String> names = new ArrayList<>();
        for (JsonNode entry : page(account, "", prefix, marker)) {
            if (entry.hasNonNull("name")) {
                names.add(entry.get("name").asText());
            }
        }
        return names;
    }

    @Override
    public List<ListedObject> objects(
            String account, String container, String prefix, String marker) throws StoreRefused {
        List<ListedObject> objects = new ArrayList<>();
        for (JsonNode entry : page(account, container, prefix, marker)) {
            if (entry.hasNonNull("name")) {
                objects.add(
                        new ListedObject(
                                entry.get("name").asText(),
                                entry.path("bytes").asLong(),
                                entry.path("hash").asText(),
                                entry.path("content_type").asText(),
                                entry.path("last_modified").asText()));
            }
        }
        return objects;
    }

    private JsonNode page(String account, String container, String prefix, String marker)
            throws StoreRefused {
        // Of an account only its owner sees the containers, so there it is always the caller.
        StorePath of = StorePath.container(account, container.isEmpty() ? "*" : container);
        Caller reader = acting.reader(of);
        try (Reply reply = swift.list(reader, account, container, prefix, marker)) {
            if ((reply.status() == 401 || reply.status() == 403)
                    && !container.isEmpty()
                    && acting.mayReadOtherwise(of, reader)) {
                return page(account, container, prefix, marker);
            }
            if (reply.status() == 204) {
                return JSON.createArrayNode();
            }
            if (reply.status() != 200) {
                throw new StoreRefused(reply.status(), reply.reason());
            }
            JsonNode page = JSON.readTree(reply.bytes(MAX_PAGE_BYTES));
            if (!page.isArray()) {
                throw new StoreRefused(502, "the listing is no JSON array");
            }
            return page;
        } catch (IOException e) {
            throw new StoreRefused(503, "object storage cannot be reached");
        }
    }
}
