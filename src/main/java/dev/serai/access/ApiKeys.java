package dev.serai.access;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The keys of a file, read again when it changes. A file that cannot be read leaves the former keys in force. */
final class ApiKeys {
    private static final Logger LOG = LoggerFactory.getLogger(ApiKeys.class);

    private final Path file;
    private volatile Map<Digest, ApiKey> keys;
    private @Nullable State state;

    /** @throws IllegalArgumentException naming the file, the entry and what was expected */
    ApiKeys(Path file) {
        this.file = file;
        this.state = state();
        this.keys = ApiKeyFile.read(file);
    }

    /** The key with this hash, or {@code null}. */
    @Nullable
    ApiKey find(Digest digest) {
        return keys.get(digest);
    }

    /** Reads the file again where it is another than last time; called by one thread at a time. */
    void refresh() {
        State now = state();
        if (Objects.equals(now, state)) {
            return;
        }
        state = now;
        try {
            keys = ApiKeyFile.read(file);
            LOG.info("API keys read again: {} in force", keys.size());
        } catch (IllegalArgumentException e) {
            LOG.warn("the API keys of before stay in force: {}", e.getMessage());
        }
    }

    private @Nullable State state() {
        try {
            BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
            return new State(found.lastModifiedTime(), found.size(), String.valueOf(found.fileKey()));
        } catch (IOException e) {
            return null;
        }
    }

    private record State(Object modified, long size, String key) {}
}
