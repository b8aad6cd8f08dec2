package io.zerocloud.node;

import io.zerocloud.job.StorePath;
import io.zerocloud.plan.Listings;
import io.zerocloud.plan.StoreRefused;
import io.zerocloud.swift.Timestamp;
import io.zerocloud.wire.SessionEvent.Cause;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.List;

/**
 * A container as a guest reads it: a SQLite file with the table {@code object} of Swift's container
 * databases, built from the listing that the caller sees. Swift's own files are never opened: rows
 * wait beside them in {@code .pending} files, an open read would block the server, shards are
 * elsewhere.
 */
final class ContainerDatabase {
    /** More rows than a guest's channel limit of a GiB holds anyway. */
    private static final int MAX_ROWS = 5_000_000;

    /** The schema alone takes a few pages of a database. */
    private static final long MIN_PAGE = 64 * 1024;

    private ContainerDatabase() {}

    /**
     * Builds the file. Equal listings give equal bytes.
     *
     * @param file empty or missing
     * @param disk charged for it page by page: who owns a container chooses its size
     * @return bytes taken, to be given back with the file
     * @throws Quota.Exceeded if they are not left; then nothing stays taken
     */
    static long build(Path file, StorePath container, Listings listings, Quota disk)
            throws SessionFailure, IOException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA journal_mode = OFF");
            statement.execute("PRAGMA synchronous = OFF");
            connection.setAutoCommit(false);
            statement.execute(
                    "CREATE TABLE object (ROWID INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT, created_at TEXT,"
                            + " size INTEGER, content_type TEXT, etag TEXT, deleted INTEGER DEFAULT 0,"
                            + " storage_policy_index INTEGER DEFAULT 0)");
            long[] taken = {0};
            boolean done = false;
            try {
                fill(connection, container, listings, disk, taken);
                statement.execute("CREATE INDEX ix_object_deleted_name ON object (deleted, name)");
                connection.commit();
                done = true;
                return taken[0];
            } finally {
                if (!done) {
                    disk.giveBack(taken[0]);
                }
            }
        } catch (SQLException e) {
            throw new IOException("the database of " + container + " cannot be written", e);
        }
    }

    /** What a row takes at most: its texts, the name once more in the index, and numbers. */
    private static long bytes(Listings.ListedObject object) {
        return 200 + 2L * utf8(object.name()) + utf8(object.contentType()) + utf8(object.hash());
    }

    private static int utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static void fill(
            Connection connection, StorePath container, Listings listings, Quota disk, long[] taken)
            throws SQLException, SessionFailure, Quota.Exceeded {
        try (PreparedStatement insert =
                connection.prepareStatement(
                        "INSERT INTO object (name, created_at, size, content_type, etag) VALUES (?, ?, ?, ?, ?)")) {
            String marker = "";
            int rows = 0;
            while (true) {
                List<Listings.ListedObject> page =
                        listings.objects(container.account(), container.container(), "", marker);
                if (page.isEmpty()) {
                    return;
                }
                long size =
                        Math.max(MIN_PAGE, page.stream().mapToLong(ContainerDatabase::bytes).sum());
                disk.take(size);
                taken[0] += size;
                for (Listings.ListedObject object : page) {
                    insert.setString(1, object.name());
                    insert.setString(2, timestamp(object.lastModified()));
                    insert.setLong(3, object.bytes());
                    insert.setString(4, object.contentType());
                    insert.setString(5, object.hash());
                    insert.addBatch();
                }
                insert.executeBatch();
                rows += page.size();
                if (rows > MAX_ROWS) {
                    throw new SessionFailure(
                            Cause.INPUT, 413, "Data object too large: " + container);
                }
                marker = page.getLast().name();
            }
        } catch (StoreRefused e) {
            throw new SessionFailure(
                    Cause.INPUT,
                    e.status(),
                    "Error " + e.status() + " " + e.reason() + " while fetching " + container);
        }
    }

    /** Seconds and five decimals, as Swift's databases hold it. */
    private static String timestamp(String iso) {
        try {
            Instant time = LocalDateTime.parse(iso).toInstant(ZoneOffset.UTC);
            return Timestamp.of(time).normal();
        } catch (DateTimeParseException e) {
            return iso;
        }
    }
}
