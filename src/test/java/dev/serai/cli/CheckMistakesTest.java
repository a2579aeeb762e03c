package dev.serai.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.capability.CatalogLoader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code check} with the real readers: every mistake of a folder is named with file and line in one run. */
class CheckMistakesTest {
    private static final String HEAD =
            "capabilities:\n  - id: %s\n    metadata:\n      p:\n        server_url: http://h/\n";

    @TempDir
    Path home;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    /** Where a mistake is, and a word that its message has. */
    private final Map<String, String> expected = new LinkedHashMap<>();

    private int check(Path in, String... more) {
        CliContext context = new CliContext(
                in,
                new ByteArrayInputStream(new byte[0]),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false,
                CatalogLoader::load,
                options -> {
                    throw new AssertionError("check starts no gateway");
                });
        String[] args = new String[more.length + 1];
        args[0] = "check";
        System.arraycopy(more, 0, args, 1, more.length);
        return new Cli(context).run(args);
    }

    private void mistake(String file, int line, String word, String text) {
        write(file, text);
        expected.put(file + ":" + line + ": ", word);
    }

    private void write(String file, String text) {
        try {
            Path path = home.resolve(file);
            Files.createDirectories(path.getParent());
            Files.writeString(path, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String yaml(String id, String more) {
        return HEAD.formatted(id) + more;
    }

    private static String route(String id, String step) {
        return "- route:\n    id: " + id + "\n    from:\n      uri: direct:" + id + "\n      steps:\n        - " + step
                + "\n";
    }

    @Test
    void everyMistakeIsNamedWithFileAndLine() {
        write("routes/providers/p.yaml", route("p-call", "to: log:x") + route("p-open-session", "to: log:x"));
        String d = "capabilities/";
        mistake(d + "01-not-yaml.yaml", 3, "", "capabilities:\n  - id: a\n   name: b\n");
        mistake(d + "02-unknown-field.yaml", 6, "descriptoin", yaml("m.two", "    descriptoin: x\n"));
        mistake(
                d + "03-two-providers.yaml",
                7,
                "requires_session",
                yaml("m.three", "        requires_session: true\n      q: { requires_session: true }\n"));
        mistake(d + "04-bare.yaml", 6, "requires_session", yaml("m.four", "      requires_session: true\n"));
        mistake(d + "05-value.yaml", 6, "maybe", yaml("m.five", "        requires_session: maybe\n"));
        mistake(d + "06-collision.yaml", 6, "p_server_url", yaml("m.six", "      p_server_url: http://other/\n"));
        mistake(d + "07-duration.yaml", 6, "soon", yaml("m.seven", "      session: { idle: soon }\n"));
        mistake(
                d + "08-schema.yaml",
                2,
                "strin",
                yaml("m.eight", "    input_schema: { type: object, properties: { a: { type: strin } } }\n"));
        mistake(d + "09-duplicate.yaml", 6, "m.nine", yaml("m.nine", "  - { id: m.nine, provider: p }\n"));
        mistake(d + "10-url.yaml", 5, "server_url", yaml("m.ten", "").replace("http://h/", "htp:/h"));
        mistake(d + "11-odd.rtfs", 1, "", "(capability \"m.eleven\" :name)\n");
        mistake(d + "12-colons.rtfs", 2, "::", "(capability \"m.twelve\" :provider \"p\"\n  :metadata {:p {::x 1}})\n");
        mistake(d + "13-open.rtfs", 1, "", "(capability \"m.thirteen\" :provider \"p\"\n");
        mistake(d + "14-number.yaml", 6, "many", yaml("m.fourteen", "      session: { pool_size: many }\n"));
        mistake(d + "15-no-id.yaml", 2, "id", "capabilities:\n  - { name: x, provider: p }\n");
        mistake(
                d + "16-first-fails.yaml",
                7,
                "m.sixteen",
                yaml("m.sixteen", "    x: 1\n  - { id: m.sixteen, provider: p }\n"));
        mistake(d + "17-elsewhere.yaml", 2, "16-first-fails.yaml:2", yaml("m.sixteen", ""));
        mistake("routes/20-not-yaml.yaml", 3, "", "- route:\n    id: a\n   from: direct:a\n");
        mistake("routes/21-component.yaml", 6, "carrierpigeon", route("pigeon", "to: carrierpigeon:x"));
        mistake("routes/22-step.yaml", 6, "fly", route("flies", "fly: {}"));
        mistake("routes/23-nowhere.yaml", 6, "direct:nowhere", route("nowhere-to", "to: direct:nowhere"));
        mistake("routes/24-no-from.yaml", 2, "no from", "- route:\n    id: no-from\n    steps:\n      - to: log:x\n");
        mistake("routes/25-taken.yaml", 2, "taken", route("flies", "to: log:x").replace("direct:flies", "direct:b"));
        mistake(
                "routes/26-name.yaml",
                4,
                "direct:pigeon",
                route("other", "to: log:x").replace("direct:other", "direct:pigeon"));

        assertThat(check(home)).isEqualTo(ExitCode.FAILED);

        String told = out.toString(StandardCharsets.UTF_8);
        assertThat(expected).allSatisfy((place, word) -> assertThat(told.lines())
                .as("%s in%n%s", place, told)
                .anySatisfy(line -> assertThat(line)
                        .startsWith(home.resolve(place).toString())
                        .contains(word)));
    }

    @Test
    void aDeclarationWithoutAServerItNeedsIsUnavailable() {
        write("routes/providers/p.yaml", route("p-call", "to: direct:call-upstream"));
        write("routes/up.yaml", route("call-upstream", "to: log:x"));
        String none = "capabilities:\n  - id: m.%s\n    metadata: { p: { tool: x%s } }\n";
        write("capabilities/none.yaml", none.formatted("none", ""));
        write("capabilities/odd.yaml", none.formatted("odd", ", server_url: \"embedded:nosuch\""));
        write("capabilities/sound.yaml", none.formatted("sound", ", server_url: \"embedded:sample\""));
        write("capabilities/later.yaml", none.formatted("later", ", server_url_override_env: P_URL"));

        assertThat(check(home)).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8).lines())
                .satisfiesExactly(
                        line -> assertThat(line).contains("m.none is unavailable", "declare p_server_url"),
                        line -> assertThat(line).contains("m.odd is unavailable", "nosuch"));
    }

    @Test
    void aBatchThatItsProviderCannotSendIsNamed() {
        write("routes/providers/p.yaml", route("p-call", "to: log:x"));
        write("routes/providers/q.yaml", route("q-call", "to: log:x") + route("q-call-many", "to: log:x"));
        String one =
                "capabilities:\n  - { id: m.%1$s, metadata: { %1$s: { a: b }, policy: { batch: { size: 2 } } } }\n";
        write("capabilities/p.yaml", one.formatted("p"));
        write("capabilities/q.yaml", one.formatted("q"));

        assertThat(check(home)).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8).lines())
                .singleElement()
                .matches(line -> line.contains("p.yaml:2: warning: m.p: policy_batch has no effect")
                        && line.contains("no route direct:p-call-many"));
    }

    @Test
    void whatIsShippedHasNoErrorAndLacksOnlyAProviderToCome() {
        int exit = check(Path.of("").toAbsolutePath());

        assertThat(out.toString(StandardCharsets.UTF_8).lines())
                .allMatch(line -> line.endsWith("is unavailable: no route direct:openapi-call"));
        assertThat(exit).isZero();
    }
}
