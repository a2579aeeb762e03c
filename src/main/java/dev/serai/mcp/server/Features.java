package dev.serai.mcp.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.serai.capability.Capability;
import dev.serai.lifecycle.HangUp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Resources, prompts and completions of the servers that are declared with them: lists are put together, anything else goes
 * to the server that has it.
 */
final class Features {
    /** The methods that list something, and what the list is called. */
    static final Map<String, String> LISTS = Map.of(
            "resources/list", "resources",
            "resources/templates/list", "resourceTemplates",
            "prompts/list", "prompts");

    private static final int MOST_PAGES = 50;
    private static final int MOST_KNOWN = 10_000;
    /** Characters; of a longer one nobody remembers whose it is. */
    private static final int LONGEST_NAME = 1_024;

    private final ToolBook book;
    private final Calls calls;
    private final Seal seal;
    private final int pageSize;
    /** Which capability answered last for a resource or prompt: the first to be asked again. */
    private final Cache<String, String> owners = Caffeine.newBuilder()
            .maximumSize(MOST_KNOWN)
            .expireAfterWrite(Duration.ofMinutes(10))
            .build();

    Features(ToolBook book, Calls calls, Seal seal, int pageSize) {
        this.book = book;
        this.calls = calls;
        this.seal = seal;
        this.pageSize = pageSize;
    }

    /** What answers this request; {@code null} where no server that the client may call knows the method. */
    @Nullable
    CallPlan plan(Asked asked) {
        List<Capability> candidates = new ArrayList<>(book.serving(asked.method(), asked.caller(), asked.group()));
        if (candidates.isEmpty()) {
            return null;
        }
        String what = what(asked);
        String owner = owners.getIfPresent(what);
        candidates.sort(Comparator.comparing(capability -> !capability.id().equals(owner)));
        ObjectNode arguments = asked.params().deepCopy();
        arguments.remove(List.of("_meta", "inputResponses", "requestState"));
        return new CallPlan(candidates, arguments, (capability, outcome, again) -> {
            ObjectNode result = Results.whole(capability, outcome, again);
            if (what.length() <= LONGEST_NAME) {
                owners.put(what, capability.id());
            }
            return result;
        });
    }

    /** Servers' lists have changed: who has what is asked anew. */
    void forget() {
        owners.invalidateAll();
    }

    private static String what(Asked asked) {
        JsonNode params = asked.params();
        JsonNode ref = params.path("ref");
        String kind = asked.method().substring(0, asked.method().indexOf('/'));
        String name = params.path("uri")
                .asText(params.path("name")
                        .asText(ref.path("name").asText(ref.path("uri").asText())));
        return kind + ' ' + name;
    }

    /** One page of a list, put together from pages of the servers. */
    void list(Asked asked, HangUp hangUp, BiConsumer<@Nullable ObjectNode, @Nullable RpcError> done) {
        new Listing(asked, hangUp, done).begin();
    }

    private final class Listing {
        private final Asked asked;
        private final HangUp hangUp;
        private final BiConsumer<@Nullable ObjectNode, @Nullable RpcError> done;
        private final List<Capability> servers;
        private final ObjectNode page = Rpc.object();
        private final ArrayNode items;
        private final String purpose;
        private int pages;
        private int answered;
        private @Nullable Outcome failure;

        Listing(Asked asked, HangUp hangUp, BiConsumer<@Nullable ObjectNode, @Nullable RpcError> done) {
            this.asked = asked;
            this.hangUp = hangUp;
            this.done = done;
            this.servers = book.serving(asked.method(), asked.caller(), asked.group());
            this.items = page.putArray(LISTS.getOrDefault(asked.method(), "items"));
            this.purpose = String.join("\n", asked.method(), asked.group(), asked.principal());
        }

        void begin() {
            JsonNode cursor = asked.params().get("cursor");
            if (cursor == null) {
                next(0, null);
                return;
            }
            String opened = cursor.isTextual() ? seal.open(cursor.asText(), purpose) : null;
            int space = opened == null ? -1 : opened.indexOf(' ');
            if (opened == null || space < 0) {
                done.accept(
                        null, RpcError.handled(Rpc.INVALID_PARAMS, "the cursor is not valid: begin again without one"));
                return;
            }
            String id = opened.substring(0, space);
            int index = 0;
            while (index < servers.size() && servers.get(index).id().compareTo(id) < 0) {
                index++;
            }
            boolean same = index < servers.size() && servers.get(index).id().equals(id);
            next(index, same && space + 2 <= opened.length() ? opened.substring(space + 2) : null);
        }

        private void next(int index, @Nullable String cursor) {
            if (index >= servers.size()) {
                end();
                return;
            }
            if (pages >= MOST_PAGES || items.size() >= pageSize) {
                // Behind the blank stands a mark where there is a cursor: an empty one is one, too.
                String place = servers.get(index).id() + ' ' + (cursor == null ? "" : "=" + cursor);
                page.put("nextCursor", seal.seal(place, purpose));
                end();
                return;
            }
            pages++;
            ObjectNode arguments = Rpc.object();
            if (cursor != null) {
                arguments.put("cursor", cursor);
            }
            calls.call(servers.get(index), arguments, asked, hangUp, null, outcome -> take(index, outcome));
        }

        private void take(int index, Outcome outcome) {
            if (!outcome.completed()) {
                failure = outcome;
                next(index + 1, null);
                return;
            }
            answered++;
            outcome.body().path(LISTS.getOrDefault(asked.method(), "items")).forEach(items::add);
            JsonNode more = outcome.body().path("nextCursor");
            next(more.isTextual() ? index : index + 1, more.isTextual() ? more.asText() : null);
        }

        /** A server that fails is left out, as long as another answers. */
        private void end() {
            Outcome failed = failure;
            if (failed != null && answered == 0) {
                done.accept(null, RpcError.handled(Rpc.INTERNAL_ERROR, failed.detail()));
            } else {
                done.accept(page, null);
            }
        }
    }
}
