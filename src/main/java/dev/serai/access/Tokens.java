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
import java.util.regex.Pattern;
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
    /** Places for tokens from addresses that failed too often: they must not take those of all others. */
    private static final int MOST_SUSPECT = 256;

    private static final int IDLE_SECONDS = 30;
    private static final Pattern FORM = Pattern.compile("[\\w-]+\\.[\\w-]+\\.[\\w-]+");

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

    /** Whether this has the form of a token (RFC 7515 section 3.1), and so may be worth a check. */
    static boolean isToken(String credential) {
        return FORM.matcher(credential).matches();
    }

    /**
     * Checks a token on another thread, and tells who holds it, or why nobody does.
     *
     * @param suspect whether it comes from an address that failed too often
     * @throws RejectedExecutionException where too many wait already
     */
    void check(
            String token, Digest digest, boolean suspect, BiConsumer<@Nullable Caller, @Nullable RejectedToken> told) {
        if (suspect && threads.getQueue().size() >= MOST_SUSPECT) {
            throw new RejectedExecutionException("too many tokens wait");
        }
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
