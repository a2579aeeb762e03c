package dev.serai.importing;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The tools of a server that no declaration has been found for yet, in the server's order. */
final class Offered {
    private final Map<String, ImportedTool> byId = new LinkedHashMap<>();
    private final Map<String, String> ids = new HashMap<>();

    private Offered() {}

    static Offered of(ImportPlan plan, ImportedServer server, Map<String, String> refused, ImportReport report) {
        Offered offered = new Offered();
        for (ImportedTool each : server.tools()) {
            // One that is named on the command line takes the place of all others.
            ImportedTool tool = plan.authEnv() == null ? each : each.withoutCredential();
            String id = plan.id(tool.name());
            String why = refused.get(tool.name());
            if (why != null) {
                report.leftOut().add(id + ": " + why);
            } else if (offered.byId.putIfAbsent(id, tool) == null) {
                offered.ids.put(tool.name(), id);
            } else {
                report.leftOut()
                        .add(id + ": two tools of the server have names that give this id; the first one is taken");
            }
        }
        server.unusable().forEach((name, why) -> report.leftOut().add(plan.id(name) + ": " + why));
        return offered;
    }

    @Nullable
    ImportedTool take(String name) {
        String id = ids.remove(name);
        return id == null ? null : byId.remove(id);
    }

    Map<String, ImportedTool> left() {
        return byId;
    }
}
