package dev.serai.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.gateway.SampleFixture;
import dev.serai.gateway.TestGateway;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.util.List;
import org.apache.camel.ProducerTemplate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A capability for some roles is for nobody else, whichever way they come. */
@Timeout(120)
class RoleTest extends SampleFixture {
    private static final String OWN_ROUTES = """
            - route:
                id: own-entry
                from:
                  uri: platform-http:/own
                  steps:
                    - setHeader: { name: CapabilityId, constant: writer.echo }
                    - setBody: { constant: '{"message":"hi"}' }
                    - to: direct:invoke-capability
                    - setBody: { simple: "${header.CapabilityStatus} ${header.CapabilityErrorCode}" }
            - route:
                id: own-queue
                from:
                  uri: direct:orders
                  steps:
                    - to: { uri: "bean:local-caller", parameters: { method: "is(*, 'orders', 'reader, other')" } }
                    - to: direct:invoke-capability
            - route:
                id: own-admin
                from:
                  uri: platform-http:/admin/own
                  steps:
                    - setBody: { simple: "[${header.Authorization}${header.X-API-Key}]" }
            """;

    @Test
    void everyCallerSeesAndCallsWhatItsRolesAllow() {
        Keys keys = new Keys(folder);
        String nobody = keys.add("nobody");
        String reader = keys.add("reader", "reader");
        String writer = keys.add("writer", "writer", "other");
        try (TestGateway gateway = keys.gateway(server).start()) {
            for (int round = 0; round < 2; round++) {
                sees(gateway, nobody, "open.echo");
                sees(gateway, reader, "open.echo", "reader.echo");
                sees(gateway, writer, "open.echo", "reader.echo", "writer.echo");
            }
        }
    }

    private static void sees(TestGateway gateway, String key, String... ids) {
        List<String> visible = List.of(ids);
        assertThat(Keys.listed(Keys.get(gateway, "/capabilities", "X-API-Key", key)))
                .containsExactlyElementsOf(visible);
        HttpResponse<String> api = Keys.get(gateway, "/openapi.json", "X-API-Key", key);
        assertThat(TestGateway.tree(api.body()).path("paths").fieldNames())
                .toIterable()
                .filteredOn(path -> path.startsWith("/capabilities/"))
                .containsExactlyElementsOf(
                        visible.stream().map(id -> "/capabilities/" + id).toList());
        for (String id : List.of("open.echo", "reader.echo", "writer.echo")) {
            HttpResponse<String> shown = Keys.get(gateway, "/capabilities/" + id, "X-API-Key", key);
            HttpResponse<String> called = gateway.post(id, Keys.HI, "X-API-Key", key);
            assertThat(shown.statusCode()).as(id).isEqualTo(visible.contains(id) ? 200 : 404);
            assertThat(called.statusCode()).as(id).isEqualTo(visible.contains(id) ? 200 : 403);
            if (!visible.contains(id)) {
                assertThat(Keys.code(shown)).isEqualTo("unknown_capability");
                assertThat(Keys.code(called)).isEqualTo("forbidden");
                // Refused before the arguments are looked at: their schema is not for this caller either.
                assertThat(Keys.code(gateway.post(id, "[]", "X-API-Key", key))).isEqualTo("forbidden");
                assertThat(called.body()).doesNotContain("writer\"", "reader\"", "for writers");
            }
        }
    }

    @Test
    void aCallOfThisProcessHasTheLocalRolesAndTheOperatorAll() {
        try (TestGateway gateway = new Keys(folder).gateway(server).start()) {
            assertThat(direct(gateway, "open.echo")).isEqualTo("completed null");
            assertThat(direct(gateway, "reader.echo")).isEqualTo("rejected forbidden");
            assertThat(gateway.call("writer.echo", Keys.HI).completed()).isTrue();
        }
        try (TestGateway gateway = new Keys(folder)
                .gateway(server)
                .setting("serai.access.local-roles", "reader")
                .start()) {
            assertThat(direct(gateway, "reader.echo")).isEqualTo("completed null");
            assertThat(direct(gateway, "writer.echo")).isEqualTo("rejected forbidden");
        }
    }

    @Test
    void aRouteOfOnesOwnSaysWhoCalls() {
        try (TestGateway gateway =
                new Keys(folder).gateway(server).routes("own.yaml", OWN_ROUTES).start()) {
            assertThat(from(gateway, "direct:orders", "reader.echo")).isEqualTo("completed null");
            assertThat(from(gateway, "direct:orders", "writer.echo")).isEqualTo("rejected forbidden");
        }
    }

    private static String direct(TestGateway gateway, String id) {
        return from(gateway, "direct:invoke-capability", id);
    }

    private static String from(TestGateway gateway, String uri, String id) {
        try (ProducerTemplate template = gateway.camelContext().createProducerTemplate()) {
            var done = template.request(uri, exchange -> {
                exchange.getMessage().setBody(Keys.HI);
                exchange.getMessage().setHeader("CapabilityId", id);
                // Neither a header nor a caller of one's own making opens anything.
                exchange.getMessage().setHeader("SeraiCaller", "operator");
            });
            return done.getMessage().getHeader("CapabilityStatus") + " "
                    + done.getMessage().getHeader("CapabilityErrorCode");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void routesOfOnesOwnAreBehindTheSameGateAndNeverSeeTheCredential() {
        Keys keys = new Keys(folder);
        String reader = keys.add("reader", "reader");
        String writer = keys.add("writer", "writer");
        String admin = keys.add("admin", "admin");
        try (TestGateway gateway =
                keys.gateway(server).routes("own.yaml", OWN_ROUTES).start()) {
            assertThat(gateway.get("/own").statusCode()).isEqualTo(401);
            assertThat(Keys.get(gateway, "/own", "X-API-Key", reader).body()).isEqualTo("rejected forbidden");
            assertThat(Keys.get(gateway, "/own", "X-API-Key", writer).body()).isEqualTo("completed ");

            HttpResponse<String> refused = Keys.get(gateway, "/admin/own", "X-API-Key", writer);
            assertThat(refused.statusCode()).isEqualTo(403);
            assertThat(refused.headers().firstValue("WWW-Authenticate").orElseThrow())
                    .contains("insufficient_scope");
            HttpResponse<String> shown = Keys.get(gateway, "/admin/own", "Authorization", "Bearer " + admin);
            assertThat(shown.statusCode()).isEqualTo(200);
            assertThat(shown.body()).isEqualTo("[]");
            assertThat(Keys.get(gateway, "/admin/nowhere", "X-API-Key", writer).statusCode())
                    .isEqualTo(403);
        }
    }

    @Test
    void metricsAskForARoleUnlessTheyAreOpen() {
        Keys keys = new Keys(folder);
        String reader = keys.add("reader", "reader");
        String scraper = keys.add("scraper", "observe");
        String admin = keys.add("admin", "admin");
        try (TestGateway gateway = keys.gateway(server).start()) {
            assertThat(Keys.get(gateway, "/observe/metrics", "X-API-Key", reader)
                            .statusCode())
                    .isEqualTo(403);
            for (String key : List.of(scraper, admin)) {
                assertThat(Keys.get(gateway, "/observe/metrics", "Authorization", "Bearer " + key)
                                .statusCode())
                        .isEqualTo(200);
                assertThat(Keys.get(gateway, "/observe/health", "Authorization", "Bearer " + key)
                                .statusCode())
                        .isEqualTo(200);
            }
        }
        try (TestGateway gateway = keys.gateway(server)
                .setting("serai.access.observe-open", "true")
                .start()) {
            assertThat(gateway.get("/observe/metrics").statusCode()).isEqualTo(200);
            assertThat(gateway.get("/capabilities").statusCode()).isEqualTo(401);
        }
    }

    @Test
    void theNamesOfTheRolesCanBeChosen() {
        Keys keys = new Keys(folder);
        String admin = keys.add("admin", "admin");
        String boss = keys.add("boss", "boss");
        String watch = keys.add("watch", "watch");
        try (TestGateway gateway = keys.gateway(server)
                .routes("own.yaml", OWN_ROUTES)
                .setting("serai.access.admin-role", "boss")
                .setting("serai.access.observe-role", "watch")
                .start()) {
            assertThat(Keys.get(gateway, "/admin/own", "X-API-Key", admin).statusCode())
                    .isEqualTo(403);
            assertThat(Keys.get(gateway, "/admin/own", "X-API-Key", boss).statusCode())
                    .isEqualTo(200);
            assertThat(Keys.get(gateway, "/observe/metrics", "X-API-Key", watch).statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void withoutAuthenticationNobodyHasARole() {
        try (TestGateway gateway = Keys.declared(folder, server).start()) {
            assertThat(Keys.listed(gateway.get("/capabilities"))).containsExactly("open.echo");
            assertThat(gateway.post("reader.echo", Keys.HI).statusCode()).isEqualTo(403);
            assertThat(gateway.post("open.echo", Keys.HI).statusCode()).isEqualTo(200);
        }
        try (TestGateway gateway = Keys.declared(folder, server)
                .setting("serai.access.local-roles", "writer")
                .start()) {
            assertThat(Keys.listed(gateway.get("/capabilities"))).hasSize(3);
            assertThat(gateway.post("writer.echo", Keys.HI).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aMisspeltRuleLeavesNothingOpen() {
        String text = """
                capabilities:
                  - { id: a.one, metadata: { mcp: { server_url: "http://127.0.0.1:1/" }, access: { role: writer } } }
                  - { id: a.two, metadata: { mcp: { server_url: "http://127.0.0.1:1/" }, access: { roles: [] } } }
                  - { id: a.three, metadata: { mcp: { server_url: "http://127.0.0.1:1/" } } }
                """;
        try (TestGateway gateway =
                TestGateway.in(folder).capabilities("a.yaml", text).start()) {
            var catalog = gateway.gateway().capabilities().current();
            assertThat(catalog.all()).extracting(capability -> capability.id()).containsExactly("a.three");
            assertThat(catalog.problems().toString()).contains("unknown key access_role", "access_roles: expected");
        }
    }
}
