package dev.serai.mcp.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.entry.EventReply;
import dev.serai.gateway.TestGateway;
import dev.serai.observe.Metrics;
import dev.serai.observe.Scraped;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What metrics say of requests at {@code /mcp}. */
@Timeout(120)
class TallyTest {
    @TempDir
    Path folder;

    private static double requests(Scraped scraped, String method, String outcome) {
        return scraped.sum("serai_mcp_requests_total", "method=\"" + method + "\"", "outcome=\"" + outcome + "\"");
    }

    private static String call(String tool) {
        return "{\"name\":\"" + tool + "\",\"arguments\":{}}";
    }

    @Test
    void requestsAreCountedByMethodAndOutcomeWhateverTheyAreAnsweredWith() {
        try (TestGateway gateway = RawMcp.gateway(folder).start()) {
            RawMcp client = new RawMcp(gateway);
            String session = client.initialize("2025-11-25");
            client.ask(session, "ping", "{}");
            client.ask(session, "tools/call", call("test_simple_text"));
            client.ask(session, "tools/call", call("test_tool_with_progress"));
            client.ask(session, "tools/call", call("test_error_handling"));
            client.ask(session, "tools/call", call("none"));
            client.ask(session, "tools/call", call("none"));
            client.ask("no-session", "tools/list", "{}");
            client.modern("tools/call", call("test_input_required_result_elicitation"));
            client.modern("made/up", "{}");
            client.modern("made/up/too", "{}");
            // A request is counted when its answer is on its way.
            await().until(() -> requests(Scraped.of(gateway), "tools/call", "completed") == 2);
            Scraped scraped = Scraped.of(gateway);

            assertThat(requests(scraped, "initialize", "completed")).isEqualTo(1);
            assertThat(requests(scraped, "ping", "completed")).isEqualTo(1);
            assertThat(requests(scraped, "tools/call", "failed")).isEqualTo(1);
            assertThat(requests(scraped, "tools/call", "error")).isEqualTo(2);
            assertThat(requests(scraped, "tools/call", "input_required")).isEqualTo(1);
            assertThat(requests(scraped, "other", "error") + requests(scraped, "none", "error"))
                    .isEqualTo(3);
            assertThat(scraped.text()).doesNotContain("made");
        }
    }

    @Test
    @SuppressWarnings("NullAway") // it subscribes to no resource
    void whatAListenerIsTooSlowForIsCounted() {
        Tally tally = new Tally();
        Listeners listeners = new Listeners(1, 1_000, tally, null);
        Asked asked = new Asked(
                Rpc.object().put("id", 1).get("id"),
                "subscriptions/listen",
                Rpc.object().set("notifications", Rpc.object().put("toolsListChanged", true)),
                Revision.MODERN,
                null,
                null,
                null,
                "client",
                "",
                0,
                null);
        listeners.begin(asked, new Unread());
        for (int i = 0; i < 100; i++) {
            listeners.changed("toolsListChanged", "notifications/tools/list_changed");
        }
        try (Metrics metrics = new Metrics()) {
            tally.measure(metrics);
            assertThat(new Scraped(metrics.scrape("").text()).sum("serai_mcp_notifications_dropped_total"))
                    .isBetween(50.0, 99.0);
        }
    }

    /** A client that takes a stream and reads nothing of it. */
    private static final class Unread implements Turn {
        @Override
        public void json(int status, JsonNode body) {
            throw new IllegalStateException("a stream was expected, not " + body);
        }

        @Override
        public void empty(int status) {
            throw new IllegalStateException("a stream was expected");
        }

        @Override
        public void stream(EventReply events) {
            // Nobody reads it.
        }

        @Override
        public boolean canStream() {
            return true;
        }
    }
}
