package io.zerocloud.stream;

import io.vertx.core.Future;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits on a virtual thread for what an event loop will bring. */
public final class Await {
    private Await() {}

    /**
     * Waits for the end of something, good or bad.
     *
     * @return false if the time was over before
     */
    public static boolean within(CompletableFuture<?> end, Duration atMost)
            throws InterruptedIOException {
        try {
            end.get(atMost.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (ExecutionException e) {
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }

    /**
     * The future's value.
     *
     * @throws IOException with the future's failure, or if the time is over
     * @throws InterruptedIOException if the thread was interrupted; its flag stays set
     */
    public static <T> T on(Future<T> future, Duration atMost) throws IOException {
        CompletableFuture<T> done = future.toCompletionStage().toCompletableFuture();
        try {
            return done.get(atMost.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IOException(Objects.toString(cause.getMessage(), cause.toString()), cause);
        } catch (TimeoutException e) {
            throw new java.net.SocketTimeoutException(
                    "no answer within " + atMost.toSeconds() + " s");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }
}
