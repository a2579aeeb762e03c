package dev.serai.entry;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.serai.access.AccessRules.View;
import dev.serai.capability.Capability;
import dev.serai.capability.Catalog;
import dev.serai.invocation.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.ref.SoftReference;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A document about a catalogue, written once for each catalogue and each set of roles that sees another part of it, and
 * again if memory ran short meanwhile.
 */
final class CachedDocument {
    private static final int MOST_EDITIONS = 32;

    private final Writer writer;
    private final ReentrantLock writing = new ReentrantLock();
    private volatile Written last = new Written(null, 0, Map.of());

    CachedDocument(Writer writer) {
        this.writer = writer;
    }

    byte[] bytes(View view, long generation) throws IOException {
        byte[] ready = written(view, generation);
        if (ready != null) {
            return ready;
        }
        writing.lock();
        try {
            byte[] meanwhile = written(view, generation);
            if (meanwhile != null) {
                return meanwhile;
            }
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            List<Capability> visible =
                    view.catalog().all().stream().filter(view.shows()).toList();
            try (JsonGenerator json = Json.MAPPER.createGenerator(out)) {
                writer.write(visible, json);
            }
            byte[] fresh = out.toByteArray();
            keep(view, generation, fresh);
            return fresh;
        } finally {
            writing.unlock();
        }
    }

    private byte @Nullable [] written(View view, long generation) {
        Written candidate = last;
        SoftReference<byte[]> bytes = candidate.isOf(view, generation) ? candidate.byRoles.get(view.roles()) : null;
        return bytes == null ? null : bytes.get();
    }

    private void keep(View view, long generation, byte[] bytes) {
        Written before = last;
        Map<Set<String>, SoftReference<byte[]>> byRoles = new LinkedHashMap<>();
        if (before.isOf(view, generation) && before.byRoles.size() < MOST_EDITIONS) {
            byRoles.putAll(before.byRoles);
        }
        byRoles.put(view.roles(), new SoftReference<>(bytes));
        last = new Written(view.catalog(), generation, byRoles);
    }

    /** Writes one JSON document. */
    interface Writer {
        void write(List<Capability> visible, JsonGenerator json) throws IOException;
    }

    private record Written(
            @Nullable Catalog catalog, long generation, Map<Set<String>, SoftReference<byte[]>> byRoles) {
        boolean isOf(View view, long otherGeneration) {
            return catalog == view.catalog() && generation == otherGeneration;
        }
    }
}
