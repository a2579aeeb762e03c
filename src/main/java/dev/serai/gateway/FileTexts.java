package dev.serai.gateway;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The texts of files that are looked at again and again: each is read again only where it may have changed. For one thread at a time. */
final class FileTexts {
    /** As coarse as the times of file systems get: of two changes within it, the second may not show. */
    private static final long COARSE_MS = 2_000;

    private Map<Path, Reading> last = Map.of();

    /** In the order given. */
    Map<Path, String> of(List<Path> files) throws IOException {
        Map<Path, Reading> now = new LinkedHashMap<>();
        Map<Path, String> texts = new LinkedHashMap<>();
        for (Path file : files) {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            Reading reading = last.get(file);
            if (reading == null || !reading.holds(attributes)) {
                reading = Reading.of(file, attributes);
            }
            now.put(file, reading);
            texts.put(file, reading.text);
        }
        last = now;
        return texts;
    }

    /** @param settled whether the file's last change was so long ago that another would show */
    private record Reading(
            String text,
            FileTime modified,
            long size,
            @Nullable Object key,
            boolean settled) {

        static Reading of(Path file, BasicFileAttributes attributes) throws IOException {
            long age =
                    System.currentTimeMillis() - attributes.lastModifiedTime().toMillis();
            return new Reading(
                    new String(Files.readAllBytes(file), StandardCharsets.UTF_8),
                    attributes.lastModifiedTime(),
                    attributes.size(),
                    attributes.fileKey(),
                    age > COARSE_MS);
        }

        boolean holds(BasicFileAttributes attributes) {
            return settled
                    && size == attributes.size()
                    && modified.equals(attributes.lastModifiedTime())
                    && Objects.equals(key, attributes.fileKey());
        }
    }
}
