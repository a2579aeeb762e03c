package dev.serai.store;

import java.nio.file.Path;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Marks in a file of this process alone. */
final class FileMarks implements MarkRecords {
    /** The least recently used is dropped beyond, or before, where outcomes are long. */
    private static final int MOST = 100_000;

    /** One mark at a time lies in a place, so that it needs no tag of its own. */
    private static final String TAG = "0".repeat(32);

    private final FileRecords records;
    private final LongSupplier clock;
    private final Duration keep;

    private FileMarks(FileRecords records, LongSupplier clock, Duration keep) {
        this.records = records;
        this.clock = clock;
        this.keep = keep;
    }

    /** @param clock milliseconds since 1970 */
    static FileMarks open(Path path, LongSupplier clock, Duration keep) throws StoreException {
        return new FileMarks(FileRecords.open(path, clock, MOST), clock, keep);
    }

    @Override
    public synchronized byte @Nullable [] get(String place) throws StoreException {
        Found found = records.look(place, null);
        return found.kind() == Found.Kind.STORED ? found.sealed() : null;
    }

    @Override
    public synchronized byte @Nullable [] putIfAbsent(String place, byte[] sealed) throws StoreException {
        byte[] there = get(place);
        if (there == null) {
            put(place, sealed);
        }
        return there;
    }

    @Override
    public synchronized void put(String place, byte[] sealed) throws StoreException {
        long millis = keep.toMillis();
        records.activate(place, TAG, new Entry(TAG, sealed, millis, clock.getAsLong() + millis));
        // A begun call must be known as such after a power cut too.
        records.flush();
    }

    @Override
    public synchronized void remove(String place) throws StoreException {
        records.remove(place, TAG, 0);
    }

    @Override
    public synchronized void close() {
        records.close();
    }
}
