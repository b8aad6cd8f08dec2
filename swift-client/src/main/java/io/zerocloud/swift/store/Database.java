package io.zerocloud.swift.store;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * A SQLite file with one writer and several readers.
 *
 * <p>Durability costs an fsync a transaction, so changes that arrive while one runs are committed
 * together: each in a savepoint of its own, all of them acknowledged after the common commit.
 * Readers see committed states only and never wait for the writer (write-ahead log).
 */
final class Database implements AutoCloseable {
    private static final int READERS = 4;
    private static final int MAX_QUEUED = 4096;
    private static final int MAX_GROUP = 256;

    /** Something done with a connection. */
    interface Work<T> {
        T run(Connection connection) throws SQLException;
    }

    private record Change<T>(Work<T> work, CompletableFuture<T> result) {
        void succeed(Object value) {
            @SuppressWarnings("unchecked")
            T typed = (T) value;
            result.complete(typed);
        }
    }

    private record Outcome(Change<?> change, Object value) {}

    private final String url;
    private final Connection writing;
    private final BlockingQueue<Connection> reading = new ArrayBlockingQueue<>(READERS);
    private final BlockingQueue<Change<?>> changes = new ArrayBlockingQueue<>(MAX_QUEUED);
    private final Thread writer;
    private volatile boolean closing;

    /** Opens or creates the file. */
    Database(Path file) throws SQLException {
        url = "jdbc:sqlite:" + file;
        writing = open();
        try (Statement statement = writing.createStatement()) {
            statement.execute("pragma journal_mode = wal");
            statement.execute("pragma synchronous = full");
        }
        for (int i = 0; i < READERS; i++) {
            Connection connection = open();
            try (Statement statement = connection.createStatement()) {
                statement.execute("pragma query_only = on");
            }
            reading.add(connection);
        }
        // SQLite's calls are native and fsync: they would hold a virtual thread's carrier.
        writer = Thread.ofPlatform().name("store-database").daemon().start(this::commitInGroups);
    }

    private Connection open() throws SQLException {
        return DriverManager.getConnection(url);
    }

    /** Reads in a snapshot of its own. */
    <T> T read(Work<T> work) throws IOException {
        Connection connection;
        try {
            connection = reading.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("reading the database: the store is closing", e);
        }
        try {
            return work.run(connection);
        } catch (SQLException e) {
            throw new IOException("reading the database: " + e.getMessage(), e);
        } finally {
            reading.add(connection);
        }
    }

    /**
     * Makes a change and returns when it is on disk.
     *
     * @throws RequestFailure if the work throws it; the change is undone then, as with any
     *     exception
     */
    <T> T write(Work<T> work) throws IOException {
        CompletableFuture<T> result = new CompletableFuture<>();
        try {
            if (closing) {
                throw new IOException("changing the database: the store is closed");
            }
            changes.put(new Change<>(work, result));
            return result.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("changing the database: the store is closing", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RequestFailure failure) {
                throw failure;
            }
            throw new IOException("changing the database: " + e.getCause(), e);
        }
    }

    private void commitInGroups() {
        List<Change<?>> group = new ArrayList<>();
        try {
            writing.setAutoCommit(false);
            while (true) {
                group.add(changes.take());
                changes.drainTo(group, MAX_GROUP - 1);
                commit(group);
                group.clear();
            }
        } catch (InterruptedException e) {
            failAll(group, new SQLException("the store is closed", e));
        } catch (SQLException e) {
            failAll(group, e);
        }
        closing = true;
        changes.drainTo(group);
        failAll(group, new SQLException("the store is closed"));
    }

    private void commit(List<Change<?>> group) {
        List<Outcome> done = new ArrayList<>();
        try {
            for (Change<?> change : group) {
                Savepoint savepoint = writing.setSavepoint();
                try {
                    done.add(new Outcome(change, change.work.run(writing)));
                    writing.releaseSavepoint(savepoint);
                } catch (SQLException | RuntimeException e) {
                    writing.rollback(savepoint);
                    writing.releaseSavepoint(savepoint);
                    change.result.completeExceptionally(e);
                }
            }
            writing.commit();
            done.forEach(outcome -> outcome.change.succeed(outcome.value));
        } catch (SQLException e) {
            try {
                writing.rollback();
            } catch (SQLException suppressed) {
                e.addSuppressed(suppressed);
            }
            failAll(group, e);
        }
    }

    private static void failAll(List<Change<?>> group, SQLException e) {
        group.forEach(change -> change.result.completeExceptionally(e));
    }

    /** Lets what has begun finish, then closes the file. */
    @Override
    public void close() throws SQLException {
        closing = true;
        writer.interrupt();
        try {
            writer.join(10_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (int i = 0; i < READERS; i++) {
            Connection connection = reading.poll();
            if (connection != null) {
                connection.close();
            }
        }
        writing.close();
    }
}
