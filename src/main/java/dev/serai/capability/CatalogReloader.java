package dev.serai.capability;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the catalogue of a running gateway up to date. A file with an error changes nothing: its earlier declarations
 * stay in force, and the reason is logged once. Files are polled, because notifications are lost on some file systems
 * (network mounts, container volumes); a change counts once it has been the same for two looks, so that a file is not
 * read while it is being written.
 */
public final class CatalogReloader implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CatalogReloader.class);
    /** A file changed this shortly before it was read may have changed again within the same time stamp. */
    private static final long RACY_MILLIS = 2_000;

    private final List<Path> roots;
    private final int maxMetadata;
    private final Clock clock;
    private final CapabilityStore store;
    private Map<Path, Held> held = new LinkedHashMap<>();
    private Set<String> logged = new HashSet<>();
    private Map<Path, FileScan.Stamp> lastSeen = Map.of();
    private Map<Path, FileScan.Stamp> lastRead = Map.of();
    private @Nullable ScheduledExecutorService polling;

    private record Held(FileScan.Stamp stamp, long readAt, DeclarationFile latest, List<Capability> inForce) {
        Held with(List<Capability> capabilities) {
            return new Held(stamp, readAt, latest, capabilities);
        }
    }

    /** Loads the declarations below the roots, as {@link CatalogLoader#load(List, int)} does. */
    public CatalogReloader(List<Path> roots, int maxMetadata) {
        this(roots, maxMetadata, Clock.systemUTC());
    }

    CatalogReloader(List<Path> roots, int maxMetadata, Clock clock) {
        this.maxMetadata = maxMetadata;
        this.roots = List.copyOf(roots);
        this.clock = clock;
        this.store = new CapabilityStore(new Catalog(List.of(), List.of()));
        load(FileScan.of(this.roots), true);
    }

    /** Holds the catalogue that is in force. */
    public CapabilityStore store() {
        return store;
    }

    /** Starts looking for changes, with this time between two looks (at least 1 ms); a no-op when started already. */
    public synchronized void start(Duration interval) {
        if (polling != null) {
            return;
        }
        long millis = Math.max(1, interval.toMillis());
        ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "serai-capability-reload");
            thread.setDaemon(true);
            return thread;
        });
        var unused = executor.scheduleWithFixedDelay(this::pollSafely, millis, millis, TimeUnit.MILLISECONDS);
        polling = executor;
    }

    /** Reads what has changed since the last load, at once. */
    public synchronized ReloadReport reload() {
        return load(FileScan.of(roots), false);
    }

    /** Stops looking for changes; the catalogue stays. */
    @Override
    public synchronized void close() {
        if (polling != null) {
            polling.shutdownNow();
            polling = null;
        }
    }

    private void pollSafely() {
        try {
            poll();
        } catch (RuntimeException | StackOverflowError e) {
            LOG.warn("The declarations could not be read again; the earlier ones stay in force", e);
        }
    }

    private synchronized void poll() {
        FileScan scan = FileScan.of(roots);
        boolean settled = scan.files().equals(lastSeen);
        lastSeen = Map.copyOf(scan.files());
        if (settled && (!scan.files().equals(lastRead) || anyRacy())) {
            load(scan, false);
        }
    }

    private boolean anyRacy() {
        return held.values().stream().anyMatch(CatalogReloader::isRacy);
    }

    private static boolean isRacy(Held file) {
        return file.stamp().modifiedMillis() > file.readAt() - RACY_MILLIS;
    }

    private ReloadReport load(FileScan scan, boolean first) {
        StringPool strings = new StringPool();
        long now = clock.millis();
        List<Map.Entry<Path, Held>> files = scan.files().entrySet().parallelStream()
                .map(file -> Map.entry(file.getKey(), current(file.getKey(), file.getValue(), now, strings)))
                .toList();
        List<CatalogMerge.Part> parts = new ArrayList<>();
        int read = 0;
        for (Map.Entry<Path, Held> file : files) {
            Held earlier = held.get(file.getKey());
            DeclarationFile latest = file.getValue().latest();
            read += earlier == null || earlier.latest().hash() != latest.hash() ? 1 : 0;
            List<Capability> previous = earlier == null ? (first ? null : List.of()) : earlier.inForce();
            parts.add(new CatalogMerge.Part(file.getKey(), latest, previous));
        }
        CatalogMerge merge = new CatalogMerge(parts);
        int deleted = (int) held.keySet().stream()
                .filter(file -> !scan.files().containsKey(file))
                .count();
        Map<Path, Held> next = new LinkedHashMap<>();
        files.forEach(file -> next.put(file.getKey(), file.getValue().with(merge.inForce(file.getKey()))));
        held = next;
        lastRead = Map.copyOf(scan.files());
        Catalog catalog = merge.catalog(scan.problems());
        store.replace(catalog);
        log(catalog, first);
        return new ReloadReport(read, deleted, merge.kept(), catalog.all().size(), catalog.problems());
    }

    private Held current(Path file, FileScan.Stamp stamp, long now, StringPool strings) {
        Held earlier = held.get(file);
        if (earlier != null && earlier.stamp().equals(stamp) && !isRacy(earlier)) {
            return earlier;
        }
        DeclarationFile known = earlier == null ? null : earlier.latest();
        return new Held(stamp, now, DeclarationFile.read(file, strings, maxMetadata, known), List.of());
    }

    private void log(Catalog catalog, boolean first) {
        Set<String> errors = new HashSet<>();
        for (Problem problem : catalog.problems()) {
            if (problem.severity() == Problem.Severity.ERROR && errors.add(problem.toString())) {
                if (!first && !logged.contains(problem.toString())) {
                    LOG.warn("{}; the earlier declarations of this file stay in force", problem);
                }
            }
        }
        logged = errors;
    }
}
