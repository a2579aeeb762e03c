package dev.serai.access;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of a file, read again when it changes: once it has been the same for two looks, because one that is being
 * written is short of keys that are good. A file that cannot be read leaves the former keys in force.
 */
final class ApiKeys {
    private static final Logger LOG = LoggerFactory.getLogger(ApiKeys.class);

    private final Path file;
    private volatile Map<Digest, ApiKey> keys;
    /** Of the file when it was read. */
    private State read;
    /** Of the file at the last look. */
    private State seen;

    /** @throws IllegalArgumentException naming the file, the entry and what was expected */
    ApiKeys(Path file) {
        this.file = file;
        this.read = state();
        this.seen = read;
        this.keys = ApiKeyFile.read(file);
    }

    /** The key with this hash, or {@code null}. */
    @Nullable
    ApiKey find(Digest digest) {
        return keys.get(digest);
    }

    /** Looks at the file, and reads it where it has changed; called by one thread at a time. */
    void look() {
        State now = state();
        boolean still = now.equals(seen);
        seen = now;
        if (!still || now.equals(read)) {
            return;
        }
        read = now;
        try {
            keys = ApiKeyFile.read(file);
            LOG.info("API keys read again: {} in force", keys.size());
        } catch (IllegalArgumentException e) {
            LOG.warn("the API keys of before stay in force: {}", e.getMessage());
        }
    }

    private State state() {
        try {
            BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
            return new State(found.lastModifiedTime(), found.size(), String.valueOf(found.fileKey()));
        } catch (IOException e) {
            return State.GONE;
        }
    }

    private record State(Object modified, long size, String key) {
        static final State GONE = new State("", -1, "");
    }
}
