package dev.serai.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.gateway.TestGateway;
import dev.serai.invocation.CallLabel;
import java.nio.file.Path;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class LogTest {
    private static final String NOTES = """
            - route:
                id: notes-call
                from:
                  uri: direct:notes-call
                  steps:
                    - log: { message: "a note\\n{\\"forged\\": true}", loggingLevel: ERROR }
                    - setBody: { constant: "{}" }
            """;
    private static final String DECLARATIONS = """
            capabilities:
              - { id: n.note, metadata: { notes: { requires_session: false } } }
            """;
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

    @TempDir
    Path folder;

    private TestGateway.Builder gateway() {
        return TestGateway.in(folder)
                .routes("providers/notes.camel.yaml", NOTES)
                .capabilities("n.yaml", DECLARATIONS);
    }

    private static List<String> notes(FormattedLog log) {
        return log.lines().stream().filter(line -> line.contains("a note")).toList();
    }

    @Test
    void asJsonALineSaysWhichCallItBelongsTo() {
        try (FormattedLog log = new FormattedLog();
                TestGateway gateway =
                        gateway().config("serai.log.format = json").start()) {
            gateway.post(
                    "n.note", "{}", "Serai-Request-Id", "req-7", "traceparent", "00-" + TRACE + "-b7ad6b7169203331-01");

            assertThat(notes(log)).hasSize(1);
            assertThat(notes(log).get(0).strip().lines()).hasSize(1);
            JsonNode line = TestGateway.tree(notes(log).get(0));
            assertThat(line.path("requestId").asText()).isEqualTo("req-7");
            assertThat(line.path("capability").asText()).isEqualTo("n.note");
            assertThat(line.path("traceId").asText()).isEqualTo(TRACE);
            assertThat(line.path("level").asText()).isEqualTo("ERROR");
            assertThat(line.path("message").asText()).contains("a note\n{\"forged\": true}");
            assertThat(line.path("time").asText()).matches("\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z");
            assertThat(line.path("logger").isTextual()).isTrue();
        }
    }

    @Test
    void asTextALineStaysOneLine() {
        try (FormattedLog log = new FormattedLog();
                TestGateway gateway = gateway().start()) {
            gateway.post("n.note", "{}");

            assertThat(notes(log)).hasSize(1);
            assertThat(notes(log).get(0)).contains("a note\\n{");
        }
    }

    @Test
    void aCallLeavesNoLabelOnTheThreadThatMadeIt() {
        try (TestGateway gateway = gateway().start()) {
            gateway.call("n.note", "{}");
            gateway.call("n.unknown", "{}");

            assertThat(CallLabel.current()).isNull();
        }
    }

    @Test
    void aFailureIsPartOfItsLine() {
        LogRecord event = new LogRecord(Level.WARNING, "broken");
        event.setThrown(new IllegalStateException("why"));

        JsonNode line = TestGateway.tree(new JsonLog().format(event));
        assertThat(line.path("error").asText()).startsWith("java.lang.IllegalStateException: why\n\tat ");
        assertThat(line.path("level").asText()).isEqualTo("WARN");
        assertThat(line.has("requestId")).isFalse();
    }

    @Test
    void theLevelWorksFromThePropertiesFile() {
        try (FormattedLog log = new FormattedLog();
                TestGateway gateway =
                        gateway().config("serai.log.level = DEBUG").start()) {
            assertThat(gateway.get("/observe/health/live").statusCode()).isEqualTo(200);
            assertThat(Logger.getLogger("dev.serai").getLevel()).isEqualTo(Level.FINE);
            assertThat(log.lines()).isNotNull();
        }
    }

    @Test
    void aLevelOrFormThatThereIsNotStopsTheStart() {
        assertThatThrownBy(() -> gateway().setting("serai.log.level", "LOUD").start())
                .hasRootCauseMessage("serai.log.level = 'LOUD': expected one of TRACE, DEBUG, INFO, WARN, ERROR, OFF");
        assertThatThrownBy(() -> gateway().setting("serai.log.format", "xml").start())
                .hasRootCauseMessage("serai.log.format = 'xml': expected one of text, json");
    }
}
