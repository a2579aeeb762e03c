package dev.serai.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.serai.gateway.TestGateway;
import dev.serai.invocation.Caller;
import dev.serai.scenario.ChatServer.Seen;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is kept of a conversation, for whom, and until when. */
@Timeout(120)
@TestInstance(Lifecycle.PER_CLASS)
class ChatConversationTest {
    private static final String DECLARATIONS = """
            defaults:
              metadata:
                chat: { server_url: "%s", auth_env_var: KIMI_API_KEY, model: small, requires_session: true }
                session: { scope: conversation }
            capabilities:
              - { id: two.turns, metadata: { chat: { server_url: "%1$s/two", conversation_turns: 2 } } }
              - { id: few.bytes, metadata: { chat: { server_url: "%1$s/few", conversation_bytes: 1024 } } }
              - { id: one.second, metadata: { chat: { server_url: "%1$s/one", conversation_age: 1s } } }
              - { id: any.shared, metadata: { chat: { server_url: "%1$s/any" }, session: { scope: shared } } }
            """;

    private final ChatServer server = new ChatServer("key-0");
    private TestGateway.Builder builder;
    private TestGateway gateway;
    private int keys;
    private int conversations;
    /** Of its own for each test. */
    private String conversation;

    @BeforeAll
    void start(@TempDir Path folder) {
        builder = TestGateway.in(folder)
                .capabilities(Path.of("capabilities/kimi.yaml").toAbsolutePath())
                .capabilities("more.yaml", DECLARATIONS.formatted(server.url("")))
                .environment("KIMI_API_URL", server.url("/kimi"))
                .environment("KIMI_API_KEY", "key-0");
        gateway = builder.start();
    }

    @AfterAll
    void stop() {
        gateway.close();
        server.close();
    }

    @BeforeEach
    void name() {
        conversation = "c" + conversations++;
    }

    private Exchange send(String id, @Nullable String caller, @Nullable String in, String arguments) {
        Exchange done = gateway.camelContext()
                .createProducerTemplate()
                .request("direct:invoke-capability", exchange -> {
                    exchange.getMessage().setBody(arguments);
                    exchange.getMessage().setHeader("CapabilityId", id);
                    exchange.getMessage().setHeader("CapabilityConversation", in);
                    exchange.getMessage().setHeader("CapabilityRequestId", caller == null ? null : "the-same");
                    if (caller != null) {
                        exchange.setProperty(Caller.PROPERTY, new Caller(caller, Set.of()));
                    }
                });
        assertThat(done.getMessage().getHeader("CapabilityStatus"))
                .as("%s", done.getMessage().getBody())
                .isEqualTo("completed");
        return done;
    }

    private JsonNode say(String id, @Nullable String caller, @Nullable String in, String prompt) {
        String arguments =
                JsonNodeFactory.instance.objectNode().put("prompt", prompt).toString();
        return send(id, caller, in, arguments).getMessage().getBody(JsonNode.class);
    }

    private JsonNode say(String prompt) {
        return say("kimi.chat", null, conversation, prompt);
    }

    private static int turns(JsonNode result) {
        return result.at("/metadata/conversation/turns").asInt(-1);
    }

    private List<String> sent() {
        return ChatServer.said(server.last().body());
    }

    @Test
    void whatWasSaidBeforeIsSentAgain() {
        assertThat(turns(say("call"))).isZero();
        JsonNode answer = send(
                        "kimi.chat",
                        null,
                        conversation,
                        "{\"messages\":[{\"role\":\"system\",\"content\":\"be brief\"},"
                                + "{\"role\":\"tool\",\"tool_call_id\":\"call-1\",\"content\":\"rain\"}]}")
                .getMessage()
                .getBody(JsonNode.class);
        assertThat(turns(answer)).isEqualTo(1);
        assertThat(sent()).containsExactly("system:be brief", "user:call", "assistant:null", "tool:rain");
        assertThat(server.last().body().at("/messages/2/tool_calls/0/id").asText())
                .isEqualTo("call-1");

        assertThat(turns(say("thanks"))).isEqualTo(2);
        assertThat(sent())
                .as("a system message is of its call only")
                .startsWith("user:call", "assistant:null", "tool:rain")
                .endsWith("user:thanks");
    }

    @Test
    void callersAndConversationsHearNothingOfEachOther() {
        for (String caller : List.of("ann", "bob")) {
            for (String in : List.of("one", "two")) {
                assertThat(turns(say("kimi.chat", caller, in, caller + " in " + in)))
                        .isZero();
            }
        }
        for (String caller : List.of("ann", "bob")) {
            for (String in : List.of("one", "two")) {
                JsonNode result = say("kimi.chat", caller, in, "again");
                assertThat(turns(result)).isEqualTo(1);
                String own = "user:" + caller + " in " + in;
                assertThat(sent()).containsExactly(own, "assistant:" + own, "user:again");
            }
        }
    }

    @Test
    void aCallWithoutAConversationKeepsNothing() {
        for (int i = 0; i < 2; i++) {
            say("kimi.chat", null, null, "alone");
            assertThat(sent()).containsExactly("user:alone");
        }
    }

    @Test
    void aSessionThatSeveralMayShareKeepsNothing() {
        for (int i = 0; i < 2; i++) {
            JsonNode result = say("any.shared", null, conversation, "alone");
            assertThat(sent()).containsExactly("user:alone");
            assertThat(result.path("metadata").has("conversation")).isFalse();
        }
    }

    @Test
    void turnsAreBoundedInNumber() {
        for (int i = 0; i < 4; i++) {
            say("two.turns", null, conversation, "turn " + i);
        }
        assertThat(sent().get(0)).isEqualTo("user:turn 1");
        assertThat(sent()).hasSize(5);
    }

    @Test
    void theAnswerOfAToolGoesWithTheTurnThatCalledIt() {
        say("two.turns", null, conversation, "call");
        String tool = "{\"messages\":[{\"role\":\"tool\",\"tool_call_id\":\"call-1\",\"content\":\"rain\"}]}";
        send("two.turns", null, conversation, tool);
        say("two.turns", null, conversation, "thanks");
        say("two.turns", null, conversation, "and now");
        assertThat(sent().get(0)).isEqualTo("user:thanks");
    }

    @Test
    void turnsAreBoundedInBytes() {
        for (int before : new int[] {0, 1, 2, 3, 3}) {
            JsonNode result = say("few.bytes", null, conversation, "think " + "x".repeat(200));
            assertThat(turns(result)).as("turns of some 280 bytes").isEqualTo(before);
        }
        assertThat(turns(say("few.bytes", null, conversation, "think " + "x".repeat(5_000))))
                .isEqualTo(3);
        assertThat(turns(say("few.bytes", null, conversation, "think")))
                .as("a turn that is too long itself is not kept, and leaves no gap")
                .isZero();
    }

    @Test
    void aConversationEndsWithItsAge() {
        say("one.second", null, conversation, "first");
        await().atMost(Duration.ofSeconds(40))
                .until(() -> turns(say("one.second", null, conversation, "still there?")), turns -> turns == 0);
        assertThat(sent()).containsExactly("user:still there?");
    }

    @Test
    void manyCallersOfOneConversationOpenOneSessionAndEveryTurnCounts() {
        int callers = 20;
        try (Callers together = new Callers(callers)) {
            List<Exchange> done =
                    together.callAll(i -> send("kimi.chat", null, conversation, "{\"prompt\":\"think " + i + "\"}"));
            assertThat(done)
                    .extracting(exchange -> exchange.getMessage().getHeader("CapabilitySession"))
                    .containsOnly(done.get(0).getMessage().getHeader("CapabilitySession"))
                    .doesNotContainNull();
            assertThat(done)
                    .extracting(exchange -> turns(exchange.getMessage().getBody(JsonNode.class)))
                    .as("one at a time: each has heard all before it")
                    .doesNotHaveDuplicates();
        }
        assertThat(turns(say("and now"))).isEqualTo(callers);
    }

    private String rotate() {
        String next = "key-" + ++keys;
        server.requireKey(next);
        builder.environment("KIMI_API_KEY", next);
        return next;
    }

    @Test
    void aRefusedKeyIsReadAgainAndConversationsBeginAnewWithTheNext() {
        say("before");
        int before = server.seen().size();
        String key = rotate();

        JsonNode result = say("after");

        assertThat(turns(result)).isZero();
        List<Seen> sent = server.seen().subList(before, server.seen().size());
        assertThat(sent).hasSize(2);
        assertThat(sent.get(1).header("Authorization")).isEqualTo("Bearer " + key);
        assertThat(ChatServer.said(sent.get(1).body())).containsExactly("user:after");
        assertThat(sent.get(0).header("Idempotency-Key"))
                .as("both attempts are one call")
                .isEqualTo(sent.get(1).header("Idempotency-Key"))
                .isEqualTo(result.at("/metadata/idempotency_key").asText());
    }

    @Test
    void eachRequestOfEachCallHasAnIdempotencyKeyOfItsOwn() {
        int before = server.seen().size();
        say("kimi.chat", "ann", null, "long 3");
        say("kimi.chat", "bob", null, "long 3");
        say("kimi.chat", null, null, "x");
        say("kimi.chat", null, null, "x");
        Set<String> own = new HashSet<>();
        server.seen()
                .subList(before, server.seen().size())
                .forEach(request -> own.add(request.header("Idempotency-Key")));
        assertThat(own).hasSize(8).doesNotContainNull();

        say("kimi.chat", "ann", null, "long 3");
        assertThat(own)
                .as("the same call, by its request id, asked again")
                .contains(server.last().header("Idempotency-Key"));
    }

    @Test
    void theTokenOfTheServersCacheIsAttachedInItsConversationOnly() {
        assertThat(say("first").at("/metadata/cache").toString()).isEqualTo("{\"attached\":false,\"saved\":true}");
        String token = "cache-" + server.seen().size();

        assertThat(say("second").at("/metadata/cache/attached").asBoolean()).isTrue();
        assertThat(server.last().header("Msh-Context-Cache-Token")).isEqualTo(token);
        assertThat(server.last().header("X-Msh-Context-Cache-Reset-TTL")).isEqualTo("3600");

        say("kimi.chat", "ann", conversation, "first");
        assertThat(server.last().header("Msh-Context-Cache-Token")).isNull();
        send(
                "kimi.chat",
                null,
                conversation,
                "{\"messages\":[{\"role\":\"system\",\"content\":\"s\"},{\"role\":\"user\",\"content\":\"u\"}]}");
        assertThat(server.last().header("Msh-Context-Cache-Token"))
                .as("a chat that begins in another way")
                .isNull();
    }

    @Test
    void theResultTellsNoTokenOfTheCache() {
        assertThat(say("first").toString()).doesNotContain("cache-");
    }
}
