package dev.serai.flow;

import dev.serai.capability.Capability;
import dev.serai.capability.RouteName;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Which {@code direct:} routes a declaration may name: the operator's own, outside the files of entries and providers. */
public final class CallableRoutes {
    private static final Set<String> FOLDERS = Set.of("entry", "providers");
    private static final String CALL = "-call";
    private static final List<String> KEYS = List.of("route", "open_route", "close_route");

    private final Set<String> all;
    private final Set<String> own;
    private final @Nullable Pattern allowed;

    private CallableRoutes(Set<String> all, Set<String> own, @Nullable Pattern allowed) {
        this.all = all;
        this.own = own;
        this.allowed = allowed;
    }

    /**
     * Those of these files.
     *
     * @param names of the {@code direct:} endpoints that routes begin at, by the file that declares them
     * @param allowed which of the operator's names may be called, as {@link #pattern} makes it; {@code null} is all
     */
    public static CallableRoutes of(Map<Path, Set<String>> names, @Nullable Pattern allowed) {
        Set<String> all = new HashSet<>();
        Set<String> own = new HashSet<>();
        names.forEach((file, here) -> {
            all.addAll(here);
            Path folder = file.getParent();
            boolean apart = folder != null
                    && folder.getFileName() != null
                    && FOLDERS.contains(folder.getFileName().toString());
            if (!apart && here.stream().noneMatch(name -> name.endsWith(CALL))) {
                own.addAll(here);
            }
        });
        return new CallableRoutes(all, own, allowed);
    }

    /** A pattern for a list of names, separated by commas, each with {@code *} for anything; {@code null} for none. */
    public static @Nullable Pattern pattern(String listed) {
        if (listed.isBlank()) {
            return null;
        }
        StringBuilder pattern = new StringBuilder();
        for (String name : listed.split(",", -1)) {
            pattern.append(pattern.isEmpty() ? "" : "|")
                    .append(Pattern.quote(name.strip()).replace("*", "\\E.*\\Q"));
        }
        return Pattern.compile(pattern.toString());
    }

    /** Why a route that the capability names cannot be called; {@code null} where it can, or it names none. */
    public @Nullable String reason(Capability capability) {
        for (String key : KEYS) {
            String uri = capability.providerSetting(key);
            String reason = uri == null ? null : reason(uri.substring(RouteName.SCHEME.length()));
            if (reason != null) {
                return reason + ", named by " + capability.provider() + "_" + key;
            }
        }
        return null;
    }

    private @Nullable String reason(String name) {
        String uri = RouteName.SCHEME + name;
        if (!all.contains(name)) {
            return "no route begins at " + uri;
        }
        if (!own.contains(name)) {
            return uri + " belongs to an entry or a provider, not to you";
        }
        return allowed == null || allowed.matcher(name).matches()
                ? null
                : "the setting serai.callable-routes does not allow " + uri;
    }
}
