package io.zerocloud.swift.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Accounts, containers, and the rows that container listings are made of.
 *
 * <p>Counts and sizes are kept by triggers inside the same transaction as the rows: they cannot
 * drift from them.
 */
final class Catalog implements AutoCloseable {
    /**
     * An account.
     *
     * @param createdTicks when it was made, in units of 10 µs
     * @param metadata X-Account-Meta-* and the account's ACL
     */
    record Account(
            long id,
            long createdTicks,
            HeaderMap metadata,
            long containers,
            long objects,
            long bytes) {}

    /**
     * A container.
     *
     * @param putTicks when it was last PUT or POSTed
     * @param metadata X-Container-Meta-*, ACLs, and what else a container keeps
     */
    record Container(
            long id,
            long createdTicks,
            long putTicks,
            HeaderMap metadata,
            long objects,
            long bytes) {
        ContainerAcl acl(String header) {
            return metadata.nonEmpty(header).map(ContainerAcl::parse).orElse(ContainerAcl.NOBODY);
        }
    }

    /** An object that is due to be deleted. */
    record Expired(String account, String container, String object, long ticks) {}

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<Map<String, String>> STRINGS = new TypeReference<>() {};

    private static final String[] SCHEMA = {
        """
        create table if not exists account(
          id integer primary key, name text not null unique, created integer not null,
          metadata text not null)""",
        """
        create table if not exists container(
          id integer primary key, account integer not null references account(id), name text not null,
          created integer not null, put integer not null, metadata text not null,
          objects integer not null default 0, bytes integer not null default 0,
          unique(account, name))""",
        """
        create table if not exists object(
          container integer not null references container(id), name text not null,
          ticks integer not null, bytes integer not null, content_type text not null,
          etag text not null, slo_etag text not null, delete_at integer not null,
          primary key(container, name)) without rowid""",
        "create index if not exists object_delete_at on object(delete_at) where delete_at > 0",
        """
        create trigger if not exists object_added after insert on object begin
          update container set objects = objects + 1, bytes = bytes + new.bytes where id = new.container;
        end""",
        """
        create trigger if not exists object_removed after delete on object begin
          update container set objects = objects - 1, bytes = bytes - old.bytes where id = old.container;
        end""",
        """
        create trigger if not exists object_changed after update of bytes on object begin
          update container set bytes = bytes - old.bytes + new.bytes where id = new.container;
        end"""
    };

    private final Database database;

    Catalog(Path file) throws IOException {
        try {
            database = new Database(file);
        } catch (SQLException e) {
            throw new IOException("opening " + file + ": " + e.getMessage(), e);
        }
        database.write(
                connection -> {
                    try (Statement statement = connection.createStatement()) {
                        for (String sql : SCHEMA) {
                            statement.execute(sql);
                        }
                    }
                    return true;
                });
    }

    /** The newest timestamp in use, 0 if there is none. */
    long newestTicks() throws IOException {
        return database.read(
                connection ->
                        queryLong(
                                connection,
                                """
                                select max(coalesce((select max(ticks) from object), 0),
                                  coalesce((select max(put) from container), 0))"""));
    }

    Optional<Account> account(String name) throws IOException {
        return database.read(
                connection ->
                        query(
                                connection,
                                """
                                select a.id, a.created, a.metadata, count(c.id), coalesce(sum(c.objects), 0),
                                  coalesce(sum(c.bytes), 0)
                                from account a left join container c on c.account = a.id
                                where a.name = ? group by a.id""",
                                row ->
                                        new Account(
                                                row.getLong(1),
                                                row.getLong(2),
                                                metadata(row.getString(3)),
                                                row.getLong(4),
                                                row.getLong(5),
                                                row.getLong(6)),
                                name));
    }

    Optional<Container> container(String account, String container) throws IOException {
        return database.read(connection -> container(connection, account, container));
    }

    private static Optional<Container> container(
            Connection connection, String account, String container) throws SQLException {
        return query(
                connection,
                """
                select c.id, c.created, c.put, c.metadata, c.objects, c.bytes
                from container c join account a on a.id = c.account where a.name = ? and c.name = ?""",
                row ->
                        new Container(
                                row.getLong(1),
                                row.getLong(2),
                                row.getLong(3),
                                metadata(row.getString(4)),
                                row.getLong(5),
                                row.getLong(6)),
                account,
                container);
    }

    /** Metadata changes made by a request, given what is stored. */
    interface MetadataChange {
        HeaderMap apply(HeaderMap stored);
    }

    /** Makes the account if it is missing, and changes its metadata. */
    void postAccount(String name, long ticks, MetadataChange change) throws IOException {
        database.write(
                connection -> {
                    long id = accountId(connection, name, ticks);
                    String stored =
                            query(
                                            connection,
                                            "select metadata from account where id = ?",
                                            row -> row.getString(1),
                                            id)
                                    .orElse("{}");
                    update(
                            connection,
                            "update account set metadata = ? where id = ?",
                            json(change.apply(metadata(stored))),
                            id);
                    return true;
                });
    }

    private static long accountId(Connection connection, String name, long ticks)
            throws SQLException {
        update(
                connection,
                "insert into account(name, created, metadata) values(?, ?, '{}') on conflict do nothing",
                name,
                ticks);
        return query(
                        connection,
                        "select id from account where name = ?",
                        row -> row.getLong(1),
                        name)
                .orElseThrow(() -> new SQLException("account " + name + " vanished"));
    }

    /**
     * Makes a container and, if needed, its account; or changes its metadata.
     *
     * @return whether it is new
     */
    boolean putContainer(SwiftPath path, long ticks, MetadataChange change) throws IOException {
        return database.write(
                connection -> {
                    long account = accountId(connection, path.account(), ticks);
                    Optional<Container> old =
                            container(connection, path.account(), path.container());
                    if (old.isPresent()) {
                        changeContainer(connection, old.get(), ticks, change);
                        return false;
                    }
                    update(
                            connection,
                            "insert into container(account, name, created, put, metadata) values(?, ?, ?, ?, ?)",
                            account,
                            path.container(),
                            ticks,
                            ticks,
                            json(change.apply(new HeaderMap())));
                    return true;
                });
    }

    /**
     * Changes the metadata of a container.
     *
     * @return false if there is no such container
     */
    boolean postContainer(SwiftPath path, long ticks, MetadataChange change) throws IOException {
        return database.write(
                connection -> {
                    Optional<Container> old =
                            container(connection, path.account(), path.container());
                    if (old.isPresent()) {
                        changeContainer(connection, old.get(), ticks, change);
                    }
                    return old.isPresent();
                });
    }

    private static void changeContainer(
            Connection connection, Container old, long ticks, MetadataChange change)
            throws SQLException {
        update(
                connection,
                "update container set put = ?, metadata = ? where id = ?",
                ticks,
                json(change.apply(old.metadata)),
                old.id);
    }

    /** What deleting a container came to. */
    enum Deletion {
        DONE,
        MISSING,
        NOT_EMPTY
    }

    Deletion deleteContainer(SwiftPath path) throws IOException {
        return database.write(
                connection -> {
                    Optional<Container> old =
                            container(connection, path.account(), path.container());
                    if (old.isEmpty()) {
                        return Deletion.MISSING;
                    }
                    if (old.get().objects > 0) {
                        return Deletion.NOT_EMPTY;
                    }
                    update(connection, "delete from container where id = ?", old.get().id);
                    return Deletion.DONE;
                });
    }

    /**
     * Enters an object into its container's listing unless a newer one is there.
     *
     * @param deleteAt seconds since 1970, 0 for never
     * @return false if the container is gone
     */
    boolean putObject(SwiftPath path, Listed.ObjectRow row, long deleteAt) throws IOException {
        return database.write(
                connection -> {
                    Optional<Container> container =
                            container(connection, path.account(), path.container());
                    if (container.isEmpty()) {
                        return false;
                    }
                    update(
                            connection,
                            """
                            insert into object(container, name, ticks, bytes, content_type, etag, slo_etag, delete_at)
                            values(?, ?, ?, ?, ?, ?, ?, ?)
                            on conflict do update set ticks = excluded.ticks, bytes = excluded.bytes,
                              content_type = excluded.content_type, etag = excluded.etag,
                              slo_etag = excluded.slo_etag, delete_at = excluded.delete_at
                            where excluded.ticks > object.ticks""",
                            container.get().id,
                            row.name(),
                            row.ticks(),
                            row.bytes(),
                            row.contentType(),
                            row.etag(),
                            row.sloEtag(),
                            deleteAt);
                    return true;
                });
    }

    /** Takes an object out of its container's listing unless it is newer than {@code ticks}. */
    void deleteObject(SwiftPath path, long ticks) throws IOException {
        database.write(
                connection -> {
                    update(
                            connection,
                            """
                            delete from object where ticks < ? and name = ? and container =
                              (select c.id from container c join account a on a.id = c.account
                               where a.name = ? and c.name = ?)""",
                            ticks,
                            path.object(),
                            path.account(),
                            path.container());
                    return true;
                });
    }

    List<Listed> objects(Container container, ListingQuery query) throws IOException {
        return database.read(
                connection ->
                        query.run(
                                (bounds, limit) ->
                                        scan(
                                                connection,
                                                "select name, ticks, bytes, content_type, etag, slo_etag from object where container = ?",
                                                container.id,
                                                bounds,
                                                limit,
                                                Catalog::objectRow)));
    }

    private static Listed.ObjectRow objectRow(ResultSet row) throws SQLException {
        return new Listed.ObjectRow(
                row.getString(1),
                row.getLong(2),
                row.getLong(3),
                row.getString(4),
                row.getString(5),
                row.getString(6));
    }

    List<Listed> containers(Account account, ListingQuery query) throws IOException {
        return database.read(
                connection ->
                        query.run(
                                (bounds, limit) ->
                                        scan(
                                                connection,
                                                "select name, objects, bytes, put from container where account = ?",
                                                account.id,
                                                bounds,
                                                limit,
                                                row ->
                                                        new Listed.ContainerRow(
                                                                row.getString(1),
                                                                row.getLong(2),
                                                                row.getLong(3),
                                                                row.getLong(4)))));
    }

    /** Objects whose time has come, at most {@code limit}, the longest due first. */
    List<Expired> expired(long seconds, int limit) throws IOException {
        return database.read(
                connection ->
                        queryAll(
                                connection,
                                """
                                select a.name, c.name, o.name, o.ticks from object o
                                join container c on c.id = o.container join account a on a.id = c.account
                                where o.delete_at > 0 and o.delete_at <= ? order by o.delete_at limit ?""",
                                row ->
                                        new Expired(
                                                row.getString(1),
                                                row.getString(2),
                                                row.getString(3),
                                                row.getLong(4)),
                                seconds,
                                limit));
    }

    private static <T extends Listed> List<T> scan(
            Connection connection,
            String select,
            long parent,
            ListingQuery.Bounds bounds,
            int limit,
            Reader<T> reader)
            throws SQLException {
        StringBuilder sql = new StringBuilder(select);
        List<Object> arguments = new ArrayList<>(List.of(parent));
        if (!bounds.after().isEmpty()) {
            sql.append(" and name > ?");
            arguments.add(bounds.after());
        }
        if (!bounds.from().isEmpty()) {
            sql.append(" and name >= ?");
            arguments.add(bounds.from());
        }
        for (String before : bounds.before()) {
            sql.append(" and name < ?");
            arguments.add(before);
        }
        sql.append(" order by name").append(bounds.descending() ? " desc" : "").append(" limit ?");
        arguments.add(limit);
        return queryAll(connection, sql.toString(), reader, arguments.toArray());
    }

    private interface Reader<T> {
        T read(ResultSet row) throws SQLException;
    }

    private static <T> Optional<T> query(
            Connection connection, String sql, Reader<T> reader, Object... arguments)
            throws SQLException {
        return queryAll(connection, sql, reader, arguments).stream().findFirst();
    }

    private static <T> List<T> queryAll(
            Connection connection, String sql, Reader<T> reader, Object... arguments)
            throws SQLException {
        try (PreparedStatement statement = prepare(connection, sql, arguments);
                ResultSet rows = statement.executeQuery()) {
            List<T> result = new ArrayList<>();
            while (rows.next()) {
                result.add(reader.read(rows));
            }
            return result;
        }
    }

    private static long queryLong(Connection connection, String sql) throws SQLException {
        return query(connection, sql, row -> row.getLong(1)).orElse(0L);
    }

    private static void update(Connection connection, String sql, Object... arguments)
            throws SQLException {
        try (PreparedStatement statement = prepare(connection, sql, arguments)) {
            statement.executeUpdate();
        }
    }

    private static PreparedStatement prepare(Connection connection, String sql, Object... arguments)
            throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < arguments.length; i++) {
            statement.setObject(i + 1, arguments[i]);
        }
        return statement;
    }

    private static String json(HeaderMap metadata) throws SQLException {
        try {
            return JSON.writeValueAsString(metadata.asMap());
        } catch (JsonProcessingException e) {
            throw new SQLException("metadata", e);
        }
    }

    private static HeaderMap metadata(String json) throws SQLException {
        try {
            return HeaderMap.of(JSON.readValue(json, STRINGS));
        } catch (JsonProcessingException e) {
            throw new SQLException("metadata", e);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            database.close();
        } catch (SQLException e) {
            throw new IOException("closing the database: " + e.getMessage(), e);
        }
    }
}
