package dev.serai.operations;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.delivery.DeadLetter;
import dev.serai.delivery.DeadLetterChannel;
import dev.serai.delivery.DeadLetterException;
import dev.serai.gateway.TestGateway;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code /admin/dead-letters} over a channel of the test; those of brokers have tests of their own. */
@Timeout(120)
class DeadLetterAdminTest {
    @TempDir
    static Path folder;

    private static TestGateway gateway;
    private static final Attic ATTIC = new Attic();

    /** Letters in memory. */
    private static final class Attic implements DeadLetterChannel {
        final List<DeadLetter> letters = new CopyOnWriteArrayList<>();
        final List<String> replayed = new CopyOnWriteArrayList<>();
        volatile boolean broken;

        @Override
        public String name() {
            return "attic";
        }

        @Override
        public String caller() {
            return "anonymous";
        }

        @Override
        public List<DeadLetter> list(@Nullable String after, int limit) throws DeadLetterException {
            if (broken) {
                throw new DeadLetterException("the attic is locked", new IllegalStateException());
            }
            return letters.stream()
                    .filter(letter -> after == null || letter.id().compareTo(after) > 0)
                    .limit(limit)
                    .toList();
        }

        @Override
        public @Nullable DeadLetter find(String id) {
            return letters.stream()
                    .filter(letter -> letter.id().equals(id))
                    .findFirst()
                    .orElse(null);
        }

        @Override
        public boolean replay(String id) {
            replayed.add(id);
            return letters.removeIf(letter -> letter.id().equals(id));
        }
    }

    @BeforeAll
    static void start() {
        gateway = TestGateway.in(folder).start();
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @BeforeEach
    void fill() {
        ATTIC.letters.clear();
        ATTIC.replayed.clear();
        ATTIC.broken = false;
        for (String id : List.of("a-1", "a-2", "a-3")) {
            ATTIC.letters.add(new DeadLetter(
                    "attic",
                    id,
                    Instant.parse("2026-01-02T03:04:05Z"),
                    "books.add",
                    "request-" + id,
                    "outcome_unknown",
                    "it may have run",
                    1,
                    Map.of("tenant", "north"),
                    "{}"));
        }
        gateway.camelContext().getRegistry().bind("dead-letters-attic", ATTIC);
    }

    private static JsonNode get(String path, int status) {
        HttpResponse<String> response = gateway.get(path);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        return TestGateway.tree(response.body());
    }

    private static HttpResponse<String> post(String path) {
        return gateway.send(HttpRequest.newBuilder(URI.create(gateway.gateway().url() + path))
                .POST(HttpRequest.BodyPublishers.noBody())
                .build());
    }

    @Test
    void lettersAreListedInPagesAndShown() {
        JsonNode page = get("/admin/dead-letters?channel=attic&limit=2", 200);
        assertThat(page.path("deadLetters").findValuesAsText("id")).containsExactly("a-1", "a-2");
        assertThat(page.path("next").path("attic").asText()).isEqualTo("a-2");
        JsonNode last = get("/admin/dead-letters?channel=attic&limit=2&after=a-2", 200);
        assertThat(last.path("deadLetters").findValuesAsText("id")).containsExactly("a-3");
        assertThat(last.has("next")).isFalse();
        assertThat(get("/admin/dead-letters", 200).path("deadLetters")).hasSize(3);
        JsonNode letter = get("/admin/dead-letters/attic/a-2", 200);
        assertThat(letter.path("body").asText()).isEqualTo("{}");
        assertThat(letter.path("headers").path("tenant").asText()).isEqualTo("north");
        assertThat(letter.path("at").asText()).isEqualTo("2026-01-02T03:04:05Z");
        assertThat(letter.path("errorCode").asText()).isEqualTo("outcome_unknown");
    }

    @Test
    void aReplayGoesToItsChannelOnce() {
        assertThat(TestGateway.tree(post("/admin/dead-letters/attic/a-1/replay").body())
                        .path("replayed")
                        .asBoolean())
                .isTrue();
        assertThat(ATTIC.replayed).containsExactly("a-1");
        assertThat(post("/admin/dead-letters/attic/a-1/replay").statusCode()).isEqualTo(404);
        assertThat(ATTIC.replayed).hasSize(1);
    }

    @Test
    void whatIsNotThereAndWhatCannotBeReachedIsSaid() {
        assertThat(get("/admin/dead-letters/attic/none", 404).path("detail").asText())
                .contains("attic/none");
        assertThat(get("/admin/dead-letters/cellar/a-1", 404).path("detail").asText())
                .contains("expected one of", "attic");
        assertThat(get("/admin/dead-letters?after=a-1", 400).path("detail").asText())
                .contains("channel");
        assertThat(get("/admin/dead-letters?limit=0", 400).path("detail").asText())
                .contains("limit");
        ATTIC.broken = true;
        assertThat(get("/admin/dead-letters", 503).path("detail").asText()).contains("the attic is locked");
    }
}
