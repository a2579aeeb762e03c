package dev.serai.grpc;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import org.jspecify.annotations.Nullable;

/** Looks declared methods up in their descriptor sets; a set that many declarations name is read once. */
final class DescriptorChecks {
    private static final int KEPT = 8;

    private static final Cache<String, DescriptorFile> READ =
            Caffeine.newBuilder().maximumSize(KEPT).softValues().build();

    private DescriptorChecks() {}

    /** What is wrong; {@code null} where the method can be called. */
    static @Nullable String wrong(String set, String method) {
        try {
            DescriptorFile known = READ.getIfPresent(set);
            if (known == null || !DescriptorFile.isAsAt(set, known.changed())) {
                known = DescriptorFile.read(set);
                READ.put(set, known);
            }
            known.descriptions().method(method);
            return null;
        } catch (Descriptions.Unusable e) {
            return e.getMessage();
        }
    }
}
