package dev.serai.mcp.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.access.AccessRules;
import dev.serai.access.AccessRules.View;
import dev.serai.capability.Availability;
import dev.serai.capability.Capability;
import dev.serai.capability.Catalog;
import dev.serai.capability.ToolNames;
import dev.serai.invocation.Caller;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The capabilities of the catalogue in force as tools: what a caller may call, by name, in the order of the names. */
final class ToolBook {
    private static final String METHOD = "method";
    /** For which capabilities stand here; other protocols have methods with a slash, too. */
    private static final Set<String> STOOD_FOR = Set.of(
            "resources/list",
            "resources/templates/list",
            "resources/read",
            "resources/subscribe",
            "resources/unsubscribe",
            "prompts/list",
            "prompts/get",
            "completion/complete");

    private static final String CURSOR = "tools/list";

    private final AccessRules access;
    private final Availability availability;
    private final Map<String, List<Pattern>> groups;
    private final int pageSize;
    private final Seal seal;
    private volatile Edition edition = new Edition(new Catalog(List.of(), List.of()));

    ToolBook(AccessRules access, Availability availability, ServerOptions options, Seal seal) {
        this.access = access;
        this.availability = availability;
        this.groups = options.groups();
        this.pageSize = options.pageSize();
        this.seal = seal;
    }

    /** Whether there is such a group; without a name there is. */
    boolean hasGroup(String group) {
        return group.isEmpty() || groups.containsKey(group);
    }

    /** The capability behind a tool; {@code null} where the caller has none of this name. */
    @Nullable
    Capability find(String name, @Nullable Caller caller, String group) {
        View view = access.view(caller);
        Capability found = edition(view.catalog()).byName.get(name);
        return found != null && shows(view, found, group) ? found : null;
    }

    /** The capabilities that stand for this method of some server, in the order of their ids. */
    List<Capability> serving(String method, @Nullable Caller caller, String group) {
        View view = access.view(caller);
        return edition(view.catalog()).byMethod.getOrDefault(method, List.of()).stream()
                .filter(capability -> shows(view, capability, group))
                .toList();
    }

    /** One page, and where the next one begins. */
    ObjectNode page(@Nullable JsonNode cursor, @Nullable Caller caller, String group, String version) {
        String purpose = CURSOR + '\n' + group + '\n' + (caller == null ? "" : caller.name());
        View view = access.view(caller);
        SortedMap<String, Capability> rest = edition(view.catalog()).byName;
        if (cursor != null) {
            String after = cursor.isTextual() ? seal.open(cursor.asText(), purpose) : null;
            if (after == null) {
                throw RpcError.handled(Rpc.INVALID_PARAMS, "the cursor is not valid: begin again without one");
            }
            rest = rest.tailMap(after + '\0');
        }
        ObjectNode page = Rpc.object();
        ArrayNode tools = page.putArray("tools");
        String last = null;
        for (Map.Entry<String, Capability> tool : rest.entrySet()) {
            if (shows(view, tool.getValue(), group)) {
                if (tools.size() == pageSize && last != null) {
                    page.put("nextCursor", seal.seal(last, purpose));
                    break;
                }
                tools.add(ToolJson.of(tool.getKey(), tool.getValue(), version));
                last = tool.getKey();
            }
        }
        return page;
    }

    private boolean shows(View view, Capability capability, String group) {
        return view.shows().test(capability)
                && availability.reasonUnavailable(capability) == null
                && (group.isEmpty()
                        || groups.getOrDefault(group, List.of()).stream()
                                .anyMatch(pattern ->
                                        pattern.matcher(capability.id()).matches()));
    }

    private Edition edition(Catalog catalog) {
        Edition current = edition;
        if (current.catalog != catalog) {
            current = new Edition(catalog);
            edition = current;
        }
        return current;
    }

    /** One catalogue by names and methods. */
    private static final class Edition {
        final Catalog catalog;
        final SortedMap<String, Capability> byName = new TreeMap<>();
        final Map<String, List<Capability>> byMethod = new TreeMap<>();

        Edition(Catalog catalog) {
            this.catalog = catalog;
            for (Capability capability : catalog.all()) {
                String method = capability.providerSetting(METHOD);
                if (method == null || !STOOD_FOR.contains(method)) {
                    byName.putIfAbsent(ToolNames.of(capability.id()), capability);
                } else {
                    byMethod.computeIfAbsent(method, unused -> new ArrayList<>())
                            .add(capability);
                }
            }
        }
    }
}
