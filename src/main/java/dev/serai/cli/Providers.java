package dev.serai.cli;

import dev.serai.capability.Capability;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** The providers that have a route, found in the route files. */
final class Providers {
    private static final String BEFORE = "direct:";
    private static final String AFTER = "-call";

    private final Set<String> names = new HashSet<>();

    static Providers below(List<Path> roots) {
        Providers providers = new Providers();
        try {
            for (Path path : RouteFile.below(roots)) {
                providers.add(consumedIn(path));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return providers;
    }

    /** A file that cannot be read has no routes: {@code check} says what is wrong with it. */
    private static Set<String> consumedIn(Path path) throws IOException {
        try {
            return RouteFile.read(path).consumed().keySet();
        } catch (YamlEngineException e) {
            return Set.of();
        }
    }

    static Providers of(Collection<RouteFile> files) {
        Providers providers = new Providers();
        files.forEach(file -> providers.add(file.consumed().keySet()));
        return providers;
    }

    private void add(Set<String> consumedUris) {
        for (String uri : consumedUris) {
            String name = uri.split("\\?", 2)[0];
            if (name.startsWith(BEFORE) && name.endsWith(AFTER)) {
                names.add(name.substring(BEFORE.length(), name.length() - AFTER.length()));
            }
        }
    }

    /** Why the capability cannot be called, or {@code null}. */
    @Nullable
    String unavailable(Capability capability) {
        String provider = capability.provider();
        if (provider == null) {
            return "names no provider";
        }
        return names.contains(provider) ? null : "no route " + BEFORE + provider + AFTER;
    }
}
