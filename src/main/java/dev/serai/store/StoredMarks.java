package dev.serai.store;

import dev.serai.delivery.DeliveryMarks;
import dev.serai.delivery.Mark;
import dev.serai.delivery.MemoryMarks;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Keeps marks of deliveries in a file or in Redis, encrypted. */
public final class StoredMarks implements DeliveryMarks {
    /** What a text begins with; behind it, of a finished one, the outcome. */
    private static final byte BEGUN = 0;

    private static final byte FINISHED = 1;

    private final StoreKeys keys;
    private final StoreHealth health;
    private final StoreLink<MarkRecords> link;
    /** For the time in which the store cannot be used. */
    private final MemoryMarks meanwhile;

    private StoredMarks(StoreSettings settings, StoreKeys keys, Duration keep) {
        this.keys = keys;
        this.health = new StoreHealth(
                settings.mode(),
                "store of deliveries",
                "A message that is delivered again may not be known",
                "deliveries from now on are stored");
        StoreLink.Opening<MarkRecords> opening = settings.mode() == StoreMode.REDIS
                ? () -> new RedisMarks(RedisStore.connect(settings), keep)
                : () -> FileMarks.open(settings.file(), System::currentTimeMillis, keep);
        this.link = new StoreLink<>(opening, health);
        this.meanwhile = new MemoryMarks(keep);
    }

    /**
     * Opens the store. One that cannot be used now is no error: it is tried again.
     *
     * @param environment gives a variable's value, or {@code null}
     * @param keep how long a mark is kept after it was set or changed
     * @throws IllegalArgumentException if a setting is wrong or the key is missing, saying what to do
     */
    public static StoredMarks open(
            StoreSettings settings, Function<String, @Nullable String> environment, Duration keep)
            throws InterruptedException {
        if (settings.mode() == StoreMode.REDIS) {
            RedisStore.check(settings.redisUrl());
        }
        StoredMarks marks = new StoredMarks(settings, StoreKeys.read(settings, environment), keep);
        marks.link.open();
        return marks;
    }

    /** How the store does; reading it touches nothing. */
    public StoreStats stats() {
        return health.stats();
    }

    @Override
    public Mark begin(String delivery) throws InterruptedException {
        health.reads.increment();
        Optional<Mark> known = link.run(records -> Optional.of(begin(records, delivery)), Optional.empty());
        if (known.isEmpty()) {
            return meanwhile.begin(delivery);
        }
        Mark mark = known.get();
        if (mark.kind() == Mark.Kind.NEW) {
            health.writes.increment();
        } else {
            health.hits.increment();
        }
        return mark;
    }

    private Mark begin(MarkRecords records, String delivery) throws StoreException, InterruptedException {
        for (StoreKey older : keys.older()) {
            String place = older.deliveryPlace(delivery);
            byte[] there = records.get(place);
            if (there != null) {
                return read(there, place);
            }
        }
        String place = keys.first().deliveryPlace(delivery);
        byte[] there = records.putIfAbsent(place, keys.first().seal(new byte[] {BEGUN}, place));
        return there == null ? Mark.NEW : read(there, place);
    }

    /** What none of the keys opens says that the delivery is known, and no more. */
    private Mark read(byte[] sealed, String place) {
        for (StoreKey key : keys.all()) {
            try {
                byte[] text = key.open(sealed, place);
                if (text.length > 0 && text[0] == FINISHED) {
                    byte[] outcome = new byte[text.length - 1];
                    System.arraycopy(text, 1, outcome, 0, outcome.length);
                    return Mark.finished(outcome);
                }
                return Mark.BEGUN;
            } catch (GeneralSecurityException e) {
                // Sealed with another.
            }
        }
        return Mark.BEGUN;
    }

    @Override
    public void finish(String delivery, byte[] outcome) throws InterruptedException {
        byte[] text = new byte[outcome.length + 1];
        text[0] = FINISHED;
        System.arraycopy(outcome, 0, text, 1, outcome.length);
        String place = keys.first().deliveryPlace(delivery);
        byte[] sealed = keys.first().seal(text, place);
        boolean written = link.run(
                records -> {
                    records.put(place, sealed);
                    return true;
                },
                false);
        if (written) {
            health.writes.increment();
        } else {
            meanwhile.finish(delivery, outcome);
        }
    }

    @Override
    public void forget(String delivery) throws InterruptedException {
        meanwhile.forget(delivery);
        link.run(
                records -> {
                    for (StoreKey key : keys.all()) {
                        records.remove(key.deliveryPlace(delivery));
                    }
                    return true;
                },
                false);
    }

    @Override
    public boolean mayBlock() {
        return true;
    }

    @Override
    public void close() {
        meanwhile.close();
        link.close();
    }
}
