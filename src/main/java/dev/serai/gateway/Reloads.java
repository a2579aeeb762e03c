package dev.serai.gateway;

import dev.serai.capability.Capability;
import dev.serai.capability.Catalog;
import dev.serai.capability.CatalogReloader;
import dev.serai.capability.ReloadReport;
import dev.serai.entry.ReloadEntry.Reloaded;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads declarations and routes again when an operator asks for it. */
final class Reloads implements Supplier<Reloaded> {
    private final CatalogReloader declarations;
    private volatile @Nullable RoutesReloader routes;

    Reloads(CatalogReloader declarations) {
        this.declarations = declarations;
    }

    /** The routes are known only once the context runs. */
    void routes(RoutesReloader reloader) {
        routes = reloader;
    }

    @Override
    public synchronized Reloaded get() {
        RoutesReloader reloader = routes;
        List<String> taken = new ArrayList<>();
        String problem = reloader == null ? "" : reloader.reloadNow(taken);
        Catalog before = declarations.store().current();
        ReloadReport report = declarations.reload();
        Catalog after = declarations.store().current();
        List<String> added = new ArrayList<>();
        List<String> changed = new ArrayList<>();
        for (Capability capability : after.all()) {
            Capability former = before.find(capability.id());
            if (former == null) {
                added.add(capability.id());
            } else if (isChanged(former, capability)) {
                changed.add(capability.id());
            }
        }
        List<String> removed = before.all().stream()
                .map(Capability::id)
                .filter(id -> after.find(id) == null)
                .toList();
        return new Reloaded(report.capabilities(), added, changed, removed, taken, report.problems(), problem);
    }

    /** A declaration that only moved in its file is the same. */
    private static boolean isChanged(Capability former, Capability now) {
        return !(former.metadata().equals(now.metadata())
                && former.description().equals(now.description())
                && former.arguments().json().equals(now.arguments().json())
                && Objects.equals(former.provider(), now.provider())
                && Objects.equals(former.outputSchema(), now.outputSchema()));
    }
}
