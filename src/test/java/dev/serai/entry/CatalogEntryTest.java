package dev.serai.entry;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.serai.capability.Availability;
import dev.serai.capability.Capability;
import dev.serai.capability.CapabilityStore;
import dev.serai.capability.Catalog;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CatalogEntryTest {
    private static final JsonMapper MAPPER = new JsonMapper();

    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicLong generation = new AtomicLong();
    private final CapabilityStore store = new CapabilityStore(Samples.catalog());
    private final EntryGateway gateway = new EntryGateway(store);

    @BeforeEach
    void start() throws Exception {
        gateway.availability(new Availability() {
                    @Override
                    public @Nullable String reasonUnavailable(Capability capability) {
                        asked.incrementAndGet();
                        return capability.id().equals("sample.add") ? "no routes for sample" : null;
                    }

                    @Override
                    public long generation() {
                        return generation.get();
                    }
                })
                .start();
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    @Test
    void theCatalogueSaysWhatCanBeCalledAndWhyNot() throws Exception {
        HttpResponse<String> answer = gateway.get("/capabilities");
        JsonNode list = MAPPER.readTree(answer.body()).path("capabilities");

        assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(list.findValuesAsText("id")).containsExactly("sample.add", "sample.echo", "sample/group/echo two");
        assertThat(list.get(0).path("available").asBoolean()).isFalse();
        assertThat(list.get(0).path("reason").asText()).isEqualTo("no routes for sample");
        assertThat(list.get(1).path("available").asBoolean()).isTrue();
        assertThat(list.get(1).has("reason")).isFalse();
        assertThat(list.get(1).path("inputSchema")).isEqualTo(schema());
        assertThat(list.get(1).path("description").asText()).isEqualTo("What sample.echo does");
    }

    @Test
    void oneCapabilityIsShownByItsIdAlsoOneWithSlashes() throws Exception {
        JsonNode one = MAPPER.readTree(
                gateway.get("/capabilities/sample/group/echo%20two").body());

        assertThat(one.path("id").asText()).isEqualTo("sample/group/echo two");
        assertThat(one.path("inputSchema")).isEqualTo(schema());
    }

    @Test
    void anUnknownIdIsAProblem() throws Exception {
        HttpResponse<String> answer = gateway.get("/capabilities/sample.nothing");

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(MAPPER.readTree(answer.body()).path("code").asText()).isEqualTo("unknown_capability");
        assertThat(MAPPER.readTree(answer.body()).path("capability").asText()).isEqualTo("sample.nothing");
    }

    @Test
    void metadataIsNeverShown() throws Exception {
        for (String path : List.of("/capabilities", "/capabilities/sample.echo", "/openapi.json")) {
            assertThat(gateway.get(path).body()).contains("sample.echo").doesNotContain("secret-path", "server_url");
        }
    }

    @Test
    void theDocumentIsWrittenOncePerCatalogueAndAgainWhenSomethingChanged() throws Exception {
        gateway.get("/capabilities");
        gateway.get("/capabilities");
        assertThat(asked).hasValue(3);

        generation.incrementAndGet();
        gateway.get("/capabilities");
        assertThat(asked).hasValue(6);

        store.replace(Samples.catalog("sample.new"));
        assertThat(gateway.get("/capabilities").body()).contains("sample.new").doesNotContain("sample.echo");
        assertThat(gateway.get("/openapi.json").body()).contains("sample.new").doesNotContain("sample.echo");
    }

    @Test
    void theOpenApiDescribesEveryCapabilityWithItsSchemas() throws Exception {
        JsonNode output = JsonNodeFactory.instance.objectNode().put("type", "number");
        store.replace(new Catalog(
                List.of(Samples.capability("sample.sum", output), Samples.capability("a/b c", null)), List.of()));

        JsonNode api = MAPPER.readTree(gateway.get("/openapi.json").body());

        assertThat(api.path("openapi").asText()).isEqualTo("3.1.0");
        JsonNode operation = api.path("paths").path("/capabilities/sample.sum").path("post");
        assertThat(operation.path("operationId").asText()).isEqualTo("sample.sum");
        assertThat(operation.at("/requestBody/content/application~1json/schema"))
                .isEqualTo(schema());
        assertThat(operation.at("/responses/200/content/application~1json/schema"))
                .isEqualTo(output);
        assertThat(api.path("paths").has("/capabilities/a/b%20c")).isTrue();
        assertThat(operation.findValuesAsText("$ref"))
                .contains("#/components/parameters/stream", "#/components/headers/Serai-Session-Reused");
        assertThat(api.at("/paths/~1observe~1health~1ready/get/responses").fieldNames())
                .toIterable()
                .containsExactly("200", "503");
        for (JsonNode reference : api.findValues("$ref")) {
            assertThat(api.at(reference.asText().substring(1)).isMissingNode())
                    .as(reference.asText())
                    .isFalse();
        }
    }

    @Test
    void healthIsUpWhileCallsAreTakenAndReadinessFollowsSuspension() throws Exception {
        for (String path : List.of("/observe/health", "/observe/health/live", "/observe/health/ready")) {
            assertThat(gateway.get(path).body()).startsWith("{\"status\":\"UP\"");
        }
        gateway.context.suspend();

        assertThat(gateway.get("/observe/health/ready").statusCode()).isEqualTo(503);
    }

    private static JsonNode schema() {
        return Samples.capability("any", null).arguments().json();
    }
}
