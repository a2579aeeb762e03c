package dev.serai.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** Sessions in Redis, shared by all gateways that have the same key. */
final class RedisRecords implements Records {
    private static final String PREFIX = "serai:session:";
    private static final String ENDED = "serai:ended:";
    /** How long it is known that a session was taken out, so that of many who find it gone one tells the server. */
    private static final long REMEMBERED_MS = 60_000;

    private final RedisConnection link;
    private final RedisAsyncCommands<byte[], byte[]> redis;
    private final Duration lease;

    RedisRecords(RedisConnection link, Duration lease) {
        this.link = link;
        this.redis = link.commands();
        this.lease = lease;
    }

    /** Sets a text and returns the former one; empty if there was none. */
    String exchange(byte[] name, String text) throws StoreException, InterruptedException {
        byte[] former = link.answer(RedisConnection.sent(() -> redis.getset(name, bytes(text))));
        return former == null ? "" : new String(former, UTF_8);
    }

    @Override
    public Found look(String place, @Nullable String token) throws StoreException, InterruptedException {
        byte[] wanted = bytes(token == null ? "" : token);
        Future<List<byte[]>> sent = RedisConnection.sent(() ->
                redis.eval(RedisScripts.LOOK, ScriptOutputType.MULTI, names(place), wanted, bytes(lease.toMillis())));
        List<byte[]> found = link.answer(sent);
        if (found == null || found.isEmpty()) {
            return token == null ? Found.NOTHING : Found.RESERVED;
        }
        return found.size() == 1
                ? Found.BEING_OPENED
                : new Found(Found.Kind.STORED, new String(found.get(0), UTF_8), found.get(1));
    }

    @Override
    public void extend(String place, String token) throws StoreException, InterruptedException {
        count(RedisScripts.EXTEND, names(place), bytes(token), bytes(lease.toMillis()));
    }

    @Override
    public void giveBack(String place, String token) throws StoreException, InterruptedException {
        count(RedisScripts.GIVE_BACK, names(place), bytes(token));
    }

    @Override
    public boolean activate(String place, String token, Entry entry) throws StoreException, InterruptedException {
        byte[] life = bytes(life(entry.idleMillis(), entry.endsAt()));
        byte[] idle = bytes(entry.idleMillis());
        return count(RedisScripts.ACTIVATE, names(place), bytes(token), bytes(entry.tag()), entry.sealed(), life, idle)
                > 0;
    }

    @Override
    public boolean takeOver(Touch touch) throws StoreException, InterruptedException {
        byte[] life = bytes(life(touch.idleMillis(), touch.endsAt()));
        byte[] idle = bytes(touch.idleMillis());
        return count(RedisScripts.TAKE_OVER, names(touch.place()), bytes(touch.tag()), life, idle) > 0;
    }

    @Override
    public void touch(List<Touch> touches) throws StoreException, InterruptedException {
        List<Future<Long>> sent = new ArrayList<>(touches.size());
        for (Touch touch : touches) {
            byte[] life = bytes(life(touch.idleMillis(), touch.endsAt()));
            byte[] idle = bytes(touch.idleMillis());
            sent.add(send(RedisScripts.TOUCH, names(touch.place()), bytes(touch.tag()), life, idle));
        }
        for (Future<Long> one : sent) {
            link.answer(one);
        }
    }

    @Override
    public Removal remove(String place, String tag, long idleMillis) throws StoreException, InterruptedException {
        long recent = idleMillis > 0 ? Entry.recent(idleMillis) : -1;
        byte[][] names = {bytes(PREFIX + place), bytes(ENDED + tag)};
        long takenOver = count(RedisScripts.REMOVE, names, bytes(tag), bytes(recent), bytes(REMEMBERED_MS));
        if (takenOver < 0) {
            return takenOver == RedisScripts.ABSENT ? Removal.ABSENT : Removal.NOT_REMOVED;
        }
        return takenOver == 0 ? Removal.SOLE : Removal.SHARED;
    }

    @Override
    public boolean holds(String place, String tag) throws StoreException, InterruptedException {
        byte[] there = link.answer(RedisConnection.sent(() -> redis.hget(bytes(PREFIX + place), bytes("t"))));
        return there != null && tag.equals(new String(there, UTF_8));
    }

    /** The shorter of what is left of its ages; a use that is not worth storing shortens the idle time by so much. */
    private static long life(long idleMillis, long endsAt) {
        long left = Math.max(0, endsAt - System.currentTimeMillis());
        return Math.min(idleMillis + idleMillis / Touch.IDLE_STEPS, left);
    }

    private long count(String script, byte[][] names, byte[]... arguments) throws StoreException, InterruptedException {
        Long count = link.answer(send(script, names, arguments));
        return count == null ? 0 : count;
    }

    private Future<Long> send(String script, byte[][] names, byte[]... arguments) throws StoreException {
        return RedisConnection.sent(() -> redis.eval(script, ScriptOutputType.INTEGER, names, arguments));
    }

    private static byte[][] names(String place) {
        return new byte[][] {bytes(PREFIX + place)};
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private static byte[] bytes(long number) {
        return bytes(Long.toString(number));
    }

    @Override
    public void close() {
        link.close();
    }
}
