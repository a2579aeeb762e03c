package dev.serai.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.serai.capability.ArgumentSchema;
import dev.serai.capability.Capability;
import dev.serai.capability.Catalog;
import dev.serai.capability.Problem;
import dev.serai.capability.SessionMode;
import dev.serai.capability.SourceLocation;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A command line with captured streams, a folder of its own and a gateway that records what it is asked. */
final class CliFixture {
    static final String PROVIDER_ROUTE = """
            - route:
                id: %1$s-call
                from:
                  uri: direct:%1$s-call
                  steps:
                    - to:
                        uri: log:called
            """;

    final List<Capability> capabilities = new ArrayList<>();
    final List<Problem> problems = new ArrayList<>();
    final RecordingGateway gateway = new RecordingGateway(this::catalog);
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Path home;
    private String input = "";
    private boolean terminal;

    CliFixture(Path home) {
        this.home = home;
    }

    CliFixture declares(String id, @Nullable String provider) {
        return declares(id, provider, Map.of());
    }

    /** @param more metadata beside the usual */
    CliFixture declares(String id, @Nullable String provider, Map<String, String> more) {
        capabilities.add(capability(id, provider, more));
        return this;
    }

    CliFixture hasRoute(String provider) {
        return file("routes/providers/" + provider + ".yaml", PROVIDER_ROUTE.formatted(provider));
    }

    CliFixture file(String name, String text) {
        try {
            Path file = home.resolve(name);
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    CliFixture input(String text) {
        input = text;
        return this;
    }

    CliFixture onTerminal() {
        terminal = true;
        return this;
    }

    int run(String... args) {
        CliContext context = new CliContext(
                home,
                new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                terminal,
                roots -> catalog(),
                gateway);
        return new Cli(context).run(args);
    }

    String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    static JsonNode json(String text) {
        try {
            return new ObjectMapper().readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Catalog catalog() {
        return new Catalog(capabilities, problems);
    }

    private static Capability capability(String id, @Nullable String provider, Map<String, String> more) {
        TreeMap<String, String> metadata = new TreeMap<>(
                provider == null
                        ? Map.of()
                        : Map.of(
                                provider + "_requires_session", "auto", provider + "_server_url", "http://127.0.0.1/"));
        metadata.putAll(more);
        return new Capability(
                id,
                id,
                "Says what  it\nis told",
                provider,
                provider == null ? SessionMode.NONE : SessionMode.AUTO,
                provider == null ? null : provider + "_requires_session",
                metadata,
                Set.of(),
                new ArgumentSchema(json("{\"type\":\"object\"}")),
                null,
                new SourceLocation("capabilities/x.yaml", 3));
    }
}
