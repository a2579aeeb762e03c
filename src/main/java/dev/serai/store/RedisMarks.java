package dev.serai.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Marks in Redis, shared by all gateways that have the same key. */
final class RedisMarks implements MarkRecords {
    private static final String PREFIX = "serai:delivery:";

    /** In: what to put, time to live. Out: what was there before. SET with NX and GET needs Redis 7. */
    private static final String PUT_IF_ABSENT = "local there = redis.call('GET', KEYS[1]) "
            + "if not there then redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2]) end "
            + "return there";

    private final RedisConnection link;
    private final RedisAsyncCommands<byte[], byte[]> redis;
    private final Duration keep;

    RedisMarks(RedisConnection link, Duration keep) {
        this.link = link;
        this.redis = link.commands();
        this.keep = keep;
    }

    @Override
    public byte @Nullable [] get(String place) throws StoreException, InterruptedException {
        return link.answer(RedisConnection.sent(() -> redis.get(name(place))));
    }

    @Override
    public byte @Nullable [] putIfAbsent(String place, byte[] sealed) throws StoreException, InterruptedException {
        byte[] life = Long.toString(keep.toMillis()).getBytes(UTF_8);
        return link.answer(RedisConnection.<byte[]>sent(
                () -> redis.eval(PUT_IF_ABSENT, ScriptOutputType.VALUE, new byte[][] {name(place)}, sealed, life)));
    }

    @Override
    public void put(String place, byte[] sealed) throws StoreException, InterruptedException {
        link.answer(RedisConnection.sent(() -> redis.set(name(place), sealed, SetArgs.Builder.px(keep))));
    }

    @Override
    public void remove(String place) throws StoreException, InterruptedException {
        link.answer(RedisConnection.sent(() -> redis.del(name(place))));
    }

    private static byte[] name(String place) {
        return (PREFIX + place).getBytes(UTF_8);
    }

    @Override
    public void close() {
        link.close();
    }
}
