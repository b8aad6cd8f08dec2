package io.zerocloud.swift.store;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** DELETE with multipart-manifest=delete: the segments first, their manifest after them. */
final class SloDeletion {
    private static final int MAX_QUEUED = 10 * Limits.MAX_MANIFEST_SEGMENTS;

    private final Site site;

    SloDeletion(Site site) {
        this.site = site;
    }

    private record Item(SwiftPath path, boolean manifest) {}

    private static final class Tally {
        private int deleted;
        private int missing;
        private final List<BulkAnswer.Problem> problems = new ArrayList<>();
    }

    Response delete(Request request, SwiftPath path, Identity identity) throws IOException {
        BulkAnswer.Format format = BulkAnswer.Format.of(request);
        Tally tally = new Tally();
        Deque<Item> queue = new ArrayDeque<>(List.of(new Item(path, true)));
        while (!queue.isEmpty()) {
            if (queue.size() > MAX_QUEUED) {
                throw RequestFailure.badRequest("Too many buffered slo segments to delete.");
            }
            Item item = queue.remove();
            try {
                if (!item.manifest) {
                    remove(request, identity, item.path, tally);
                } else if (enqueueSegments(request, identity, item.path, queue, tally)) {
                    queue.add(new Item(item.path, false));
                }
            } catch (RequestFailure e) {
                problem(tally, item.path, e.response().status().line());
            }
        }
        return BulkAnswer.deletion(format, fields(tally), tally.problems);
    }

    private static Map<String, Object> fields(Tally tally) {
        HttpStatus status = tally.problems.isEmpty() ? HttpStatus.OK : HttpStatus.BAD_REQUEST;
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("Number Deleted", tally.deleted);
        fields.put("Number Not Found", tally.missing);
        fields.put("Response Body", "");
        fields.put("Response Status", status.line());
        return fields;
    }

    private void remove(Request request, Identity identity, SwiftPath path, Tally tally)
            throws IOException {
        site.authorizeObject(identity, request, "DELETE", path);
        if (ObjectController.delete(site, path)) {
            tally.deleted++;
        } else {
            tally.missing++;
        }
    }

    /** False if there is nothing that could be deleted. */
    private boolean enqueueSegments(
            Request request, Identity identity, SwiftPath path, Deque<Item> queue, Tally tally)
            throws IOException {
        site.authorizeObject(identity, request, "GET", path);
        Optional<ObjectView> found = site.objects().open(path);
        if (found.isEmpty()) {
            tally.missing++;
            return false;
        }
        try (ObjectView view = found.get()) {
            if (!view.isSlo()) {
                problem(tally, path, "Not an SLO manifest");
                return false;
            }
            for (JsonNode entry : StaticLargeObjects.read(view)) {
                if (!entry.has("data")) {
                    queue.add(
                            new Item(
                                    StaticLargeObjects.path(path.account(), entry),
                                    entry.path("sub_slo").asBoolean()));
                }
            }
        }
        return true;
    }

    private static void problem(Tally tally, SwiftPath path, String what) {
        String name = "/" + path.container() + "/" + path.object();
        tally.problems.add(new BulkAnswer.Problem(Target.encodePath(name), what));
    }
}
