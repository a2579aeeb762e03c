package dev.serai.entry;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.serai.capability.Catalog;
import dev.serai.invocation.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.ref.SoftReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A document about a catalogue, written once for each catalogue, and again if memory ran short meanwhile. */
final class CachedDocument {
    private final Writer writer;
    private final ReentrantLock writing = new ReentrantLock();
    private volatile @Nullable Written last;

    CachedDocument(Writer writer) {
        this.writer = writer;
    }

    byte[] bytes(Catalog catalog, long generation) throws IOException {
        byte[] ready = written(catalog, generation);
        if (ready != null) {
            return ready;
        }
        writing.lock();
        try {
            byte[] meanwhile = written(catalog, generation);
            if (meanwhile != null) {
                return meanwhile;
            }
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            try (JsonGenerator json = Json.MAPPER.createGenerator(out)) {
                writer.write(catalog, json);
            }
            byte[] fresh = out.toByteArray();
            last = new Written(catalog, generation, new SoftReference<>(fresh));
            return fresh;
        } finally {
            writing.unlock();
        }
    }

    private byte @Nullable [] written(Catalog catalog, long generation) {
        Written candidate = last;
        if (candidate == null || !candidate.catalog.equals(catalog) || candidate.generation != generation) {
            return null;
        }
        return candidate.bytes.get();
    }

    /** Writes one JSON document. */
    interface Writer {
        void write(Catalog catalog, JsonGenerator json) throws IOException;
    }

    private record Written(Catalog catalog, long generation, SoftReference<byte[]> bytes) {}
}
