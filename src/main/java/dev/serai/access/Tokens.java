package dev.serai.access;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.serai.invocation.Caller;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Checks tokens on threads of its own, because a check can wait for the issuer, and remembers by their hash those that were
 * good: until they expire, but not long, so that a key that the issuer withdraws does not count much longer.
 */
final class Tokens implements AutoCloseable {
    private static final int MOST_REMEMBERED = 10_000;
    private static final Duration REMEMBERED = Duration.ofMinutes(5);
    private static final int THREADS = 4;
    private static final int MOST_WAITING = 4_096;
    private static final int IDLE_SECONDS = 30;

    private final JwtVerifier verifier;
    private final Cache<Digest, VerifiedToken> good = Caffeine.newBuilder()
            .maximumSize(MOST_REMEMBERED)
            .expireAfterWrite(REMEMBERED)
            .executor(Runnable::run)
            .build();
    private final ThreadPoolExecutor threads;

    Tokens(JwtVerifier verifier) {
        this.verifier = verifier;
        this.threads = new ThreadPoolExecutor(
                THREADS, THREADS, IDLE_SECONDS, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MOST_WAITING), task -> {
                    Thread thread = new Thread(task, "serai-tokens");
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
    }

    /** Who holds a token that has been found good lately; {@code null} where it has to be checked. */
    @Nullable
    Caller remembered(Digest digest) {
        VerifiedToken token = good.getIfPresent(digest);
        return token != null && System.currentTimeMillis() < token.expiresMillis() ? token.caller() : null;
    }

    /**
     * Checks a token on another thread, and tells who holds it, or why nobody does.
     *
     * @throws RejectedExecutionException where too many wait already
     */
    void check(String token, Digest digest, BiConsumer<@Nullable Caller, @Nullable RejectedToken> told) {
        threads.execute(() -> {
            try {
                VerifiedToken verified = verifier.verify(token);
                good.put(digest, verified);
                told.accept(verified.caller(), null);
            } catch (RejectedToken e) {
                told.accept(null, e);
            } catch (RuntimeException | StackOverflowError e) {
                told.accept(null, RejectedToken.because("it cannot be read"));
            }
        });
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
