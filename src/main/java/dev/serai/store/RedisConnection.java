package dev.serai.store;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A connection that is one for all threads, and how long its answers may take. */
final class RedisConnection implements AutoCloseable {
    private static final int MOST_CAUSES = 4;
    private static final Duration LAST_WORDS = Duration.ofSeconds(1);

    private final RedisClient client;
    private final StatefulRedisConnection<byte[], byte[]> connection;
    private final Duration timeout;

    RedisConnection(RedisClient client, StatefulRedisConnection<byte[], byte[]> connection, Duration timeout) {
        this.client = client;
        this.connection = connection;
        this.timeout = timeout;
    }

    RedisAsyncCommands<byte[], byte[]> commands() {
        return connection.async();
    }

    static <T> Future<T> sent(Supplier<RedisFuture<T>> command) throws StoreException {
        try {
            return command.get();
        } catch (RuntimeException e) {
            throw failure(e);
        }
    }

    <T> @Nullable T answer(Future<T> sent) throws StoreException, InterruptedException {
        try {
            return sent.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw failure(e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException e) {
            sent.cancel(false);
            throw new StoreException("Redis did not answer within " + timeout.toMillis() + " ms", e);
        }
    }

    /** Types, and Redis' own error code: other texts of the client can quote addresses and arguments. */
    static StoreException failure(Throwable cause) {
        StringBuilder why = new StringBuilder("Redis:");
        Throwable next = cause;
        for (int i = 0; next != null && i < MOST_CAUSES; i++, next = next.getCause()) {
            why.append(' ').append(next.getClass().getSimpleName());
            if (next instanceof RedisCommandExecutionException && next.getMessage() != null) {
                why.append(' ').append(next.getMessage().split(" ", 2)[0]);
            }
        }
        return new StoreException(why.toString(), cause);
    }

    @Override
    public void close() {
        var unused = connection.closeAsync();
        end(client);
    }

    static void end(RedisClient client) {
        client.shutdown(Duration.ZERO, LAST_WORDS);
        var unused = client.getResources().shutdown(0, LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS);
    }
}
