package dev.serai.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.time.Duration;

/** Counts in Redis, each for a period from its first call on. */
final class RedisRates implements AutoCloseable {
    private static final String PREFIX = "serai:rate:";

    /** In: most calls, period. Out: milliseconds until the next may begin; 0 where this one may. */
    private static final String TAKE = "local n = redis.call('INCR', KEYS[1]) "
            + "local left = redis.call('PTTL', KEYS[1]) "
            + "if left < 0 then redis.call('PEXPIRE', KEYS[1], ARGV[2]) left = tonumber(ARGV[2]) end "
            + "if n <= tonumber(ARGV[1]) then return 0 end "
            + "return math.max(left, 1)";

    private final RedisConnection link;
    private final RedisAsyncCommands<byte[], byte[]> redis;

    RedisRates(RedisConnection link) {
        this.link = link;
        this.redis = link.commands();
    }

    long take(String place, int calls, Duration period) throws StoreException, InterruptedException {
        Long wait = link.answer(RedisConnection.<Long>sent(() -> redis.eval(
                TAKE,
                ScriptOutputType.INTEGER,
                new byte[][] {(PREFIX + place).getBytes(UTF_8)},
                bytes(calls),
                bytes(period.toMillis()))));
        if (wait == null) {
            throw new StoreException("Redis answered a script with nothing");
        }
        return wait;
    }

    private static byte[] bytes(long number) {
        return Long.toString(number).getBytes(UTF_8);
    }

    @Override
    public void close() {
        link.close();
    }
}
