package io.zerocloud.swift.store;

import io.zerocloud.swift.ObjectPath;
import io.zerocloud.swift.disk.ObjectMetadata;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends what a crash has cut short, before the store serves anyone: the newest state that any
 * replica has is given to all replicas and to the catalogue. It was perhaps not acknowledged, but
 * it may have been read.
 */
final class Recovery {
    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    /** What a commit writes anew. */
    private static final Set<String> WRITTEN_ANEW =
            Set.of(
                    ObjectMetadata.TIMESTAMP,
                    ObjectMetadata.CONTENT_LENGTH,
                    ObjectMetadata.CONTENT_TYPE_TIMESTAMP,
                    ObjectMetadata.ETAG,
                    ObjectMetadata.NAME);

    private final Site site;

    Recovery(Site site) {
        this.site = site;
    }

    void run(PendingChanges pending) throws IOException {
        for (Path mark : pending.marks()) {
            Optional<ObjectPath> path = site.objects().nameOf(PendingChanges.hash(mark));
            if (path.isPresent()) {
                settle(
                        new SwiftPath(
                                path.get().account(), path.get().container(), path.get().object()));
            }
            pending.end(mark);
        }
    }

    private void settle(SwiftPath path) throws IOException {
        Optional<ObjectView> found = site.objects().open(path);
        if (found.isEmpty()) {
            LOG.info("finishing the deletion of {}", path.name());
            site.objects()
                    .delete(
                            path,
                            Optional.empty(),
                            ticks -> site.catalog().deleteObject(path, ticks));
            return;
        }
        LOG.info("finishing a change of {}", path.name());
        try (ObjectView view = found.get();
                Upload upload = site.objects().upload(path)) {
            view.writeTo(upload::append, 0, view.length() - 1);
            Map<String, String> metadata = new LinkedHashMap<>(view.stored().metadata().values());
            metadata.keySet().removeAll(WRITTEN_ANEW);
            site.objects()
                    .commit(
                            path,
                            upload,
                            metadata,
                            false,
                            ticks ->
                                    site.catalog()
                                            .putObject(
                                                    path,
                                                    ObjectController.row(path, view, ticks),
                                                    view.deleteAt()));
        } catch (RequestFailure containerGone) {
            LOG.info("{}: its container is gone, and so is it", path.name());
        }
    }
}
