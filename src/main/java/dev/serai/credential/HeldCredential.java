package dev.serai.credential;

import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The last read of one credential. Of all who need a newer one together, one reads and all share what comes. */
final class HeldCredential {
    private static final long READ_TIMEOUT_SECONDS = 10;

    private final Supplier<Credential> reader;
    private final AtomicReference<@Nullable CompletableFuture<Credential>> reading = new AtomicReference<>();
    private volatile @Nullable Credential current;

    HeldCredential(Supplier<Credential> reader) {
        this.reader = reader;
    }

    boolean isRead() {
        return current != null;
    }

    Credential current() {
        Credential held = current;
        return held != null ? held : newerThan(-1);
    }

    /** The held credential if it is newer than that generation, else a new read. */
    Credential newerThan(long generation) {
        Credential newest = current;
        while (newest == null || newest.generation() <= generation) {
            CompletableFuture<Credential> mine = new CompletableFuture<>();
            CompletableFuture<Credential> running = reading.compareAndExchange(null, mine);
            newest = running == null ? lead(mine, generation) : share(running);
        }
        return newest;
    }

    private Credential lead(CompletableFuture<Credential> outcome, long generation) {
        try {
            Credential newest = current;
            if (newest == null || newest.generation() <= generation) {
                newest = reader.get().after(newest);
                current = newest;
            }
            outcome.complete(newest);
            return newest;
        } catch (RuntimeException | Error e) {
            outcome.completeExceptionally(e);
            throw e;
        } finally {
            reading.set(null);
        }
    }

    private static Credential share(CompletableFuture<Credential> running) {
        try {
            return running.get(READ_TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof CapabilityException known) {
                throw known;
            }
            throw new IllegalStateException("reading a credential failed", e.getCause());
        } catch (TimeoutException e) {
            throw new CapabilityException(ErrorCode.UPSTREAM_UNAUTHORIZED, "Reading the credential takes too long");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CapabilityException(
                    ErrorCode.TIMEOUT, "The call was cancelled while the credential was being read", e);
        }
    }
}
