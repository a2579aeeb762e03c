package dev.serai.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Sessions in a file of this process alone. All of them are in memory too; the file is read at the start and written
 * along. Reservations are not needed: the pool opens one session at a time in a place.
 */
final class FileRecords implements Records {
    /** Of sessions. */
    static final int MOST = 100_000;

    /** Of what is sealed: a tidy file stays well below the size that is refused. */
    static final long MOST_BYTES = 100L << 20;

    private final int most;
    private long bytes;
    private final LongSupplier clock;
    private final FileChannel lock;
    private final LogFile log;
    private final Map<String, Line> lines = new LinkedHashMap<>(16, 0.75f, true);

    private record Line(Entry entry, long lastUse) {}

    private FileRecords(Path path, LongSupplier clock, int most, FileChannel lock) throws IOException {
        this.clock = clock;
        this.most = most;
        this.lock = lock;
        this.log = LogFile.open(path, this::replay);
        dropLapsed();
    }

    /**
     * Opens the file, or makes it.
     *
     * @param clock milliseconds since 1970
     * @param most beyond so many the least recently used is dropped
     */
    static FileRecords open(Path path, LongSupplier clock, int most) throws StoreException {
        Path file = path.toAbsolutePath();
        @Nullable FileChannel lock = null;
        try {
            Path parent = file.getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            Path lockFile = file.resolveSibling(file.getFileName() + ".lock");
            LogFile.create(lockFile);
            lock = FileChannel.open(lockFile, StandardOpenOption.WRITE);
            if (!locked(lock)) {
                throw new IOException("another gateway uses it; give each its own, or let them share Redis");
            }
            return new FileRecords(file, clock, most, lock);
        } catch (IOException e) {
            closeQuietly(lock);
            throw failure(path, e);
        }
    }

    private static boolean locked(FileChannel channel) throws IOException {
        try {
            FileLock held = channel.tryLock();
            return held != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    private void replay(LogRecord record) {
        Line line = lines.get(record.place());
        Entry entry = record.entry();
        if (entry != null) {
            put(record.place(), new Line(entry, record.time()));
        } else if (line != null && line.entry.tag().equals(record.tag())) {
            if (record.kind() == LogRecord.Kind.REMOVE) {
                take(lines.remove(record.place()));
            } else {
                lines.put(record.place(), new Line(line.entry, record.time()));
            }
        }
    }

    private void dropLapsed() {
        long now = clock.getAsLong();
        lines.values().removeIf(line -> {
            boolean lapsed = line.entry.lapsed(line.lastUse, now);
            if (lapsed) {
                take(line);
            }
            return lapsed;
        });
    }

    @Override
    public synchronized Found look(String place, @Nullable String token) throws StoreException {
        Line line = lines.get(place);
        if (line == null) {
            return token == null ? Found.NOTHING : Found.RESERVED;
        }
        if (line.entry.lapsed(line.lastUse, clock.getAsLong())) {
            drop(place, line.entry.tag());
            return token == null ? Found.NOTHING : Found.RESERVED;
        }
        return new Found(Found.Kind.STORED, line.entry.tag(), line.entry.sealed());
    }

    @Override
    public void extend(String place, String token) {}

    @Override
    public void giveBack(String place, String token) {}

    @Override
    public synchronized boolean activate(String place, String token, Entry entry) throws StoreException {
        long now = clock.getAsLong();
        write(new LogRecord(LogRecord.Kind.PUT, place, entry.tag(), now, entry));
        put(place, new Line(entry, now));
        while (lines.size() > most || bytes > MOST_BYTES) {
            Map.Entry<String, Line> eldest = lines.entrySet().iterator().next();
            drop(eldest.getKey(), eldest.getValue().entry.tag());
        }
        return true;
    }

    @Override
    public synchronized boolean takeOver(Touch touch) throws StoreException {
        Line line = lines.get(touch.place());
        if (line == null || !line.entry.tag().equals(touch.tag())) {
            return false;
        }
        long now = clock.getAsLong();
        lines.put(touch.place(), new Line(line.entry, now));
        write(new LogRecord(LogRecord.Kind.TOUCH, touch.place(), touch.tag(), now, null));
        return true;
    }

    @Override
    public synchronized void touch(List<Touch> touches) throws StoreException {
        for (Touch touch : touches) {
            takeOver(touch);
        }
    }

    @Override
    public synchronized Removal remove(String place, String tag, long idleMillis) throws StoreException {
        Line line = lines.get(place);
        if (line == null || !line.entry.tag().equals(tag)) {
            return Removal.ABSENT;
        }
        if (idleMillis > 0 && clock.getAsLong() - line.lastUse <= Entry.recent(idleMillis)) {
            return Removal.NOT_REMOVED;
        }
        drop(place, tag);
        return Removal.SOLE;
    }

    @Override
    public synchronized boolean holds(String place, String tag) {
        Line line = lines.get(place);
        return line != null && line.entry.tag().equals(tag) && !line.entry.lapsed(line.lastUse, clock.getAsLong());
    }

    private void put(String place, Line line) {
        take(lines.put(place, line));
        bytes += line.entry.sealed().length;
    }

    private void take(@Nullable Line line) {
        bytes -= line == null ? 0 : line.entry.sealed().length;
    }

    private void drop(String place, String tag) throws StoreException {
        take(lines.remove(place));
        write(new LogRecord(LogRecord.Kind.REMOVE, place, tag, clock.getAsLong(), null));
    }

    private void write(LogRecord record) throws StoreException {
        try {
            log.append(record);
        } catch (IOException e) {
            throw failure(null, e);
        }
    }

    @Override
    public synchronized void flush() throws StoreException {
        try {
            log.force();
            if (log.isUntidy()) {
                dropLapsed();
                List<LogRecord> left = new ArrayList<>(lines.size());
                lines.forEach((place, line) ->
                        left.add(new LogRecord(LogRecord.Kind.PUT, place, line.entry.tag(), line.lastUse, line.entry)));
                log.tidy(left);
            }
        } catch (IOException e) {
            throw failure(null, e);
        }
    }

    /** How many of the sessions none of these keys opens. */
    synchronized long unreadable(List<String> keyIds) {
        return lines.values().stream()
                .filter(line -> !keyIds.contains(StoreKey.idOf(line.entry.sealed())))
                .count();
    }

    private static StoreException failure(@Nullable Path path, IOException cause) {
        String where = path == null ? "the session file" : "the session file " + path;
        return new StoreException(where + " cannot be used: " + cause.getMessage(), cause);
    }

    @Override
    public synchronized void close() {
        closeQuietly(log);
        closeQuietly(lock);
    }

    private static void closeQuietly(@Nullable AutoCloseable closed) {
        try {
            if (closed != null) {
                closed.close();
            }
        } catch (Exception e) {
            // What was written is written.
        }
    }
}
