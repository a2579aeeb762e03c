package dev.serai.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.capability.Problem;
import dev.serai.capability.SourceLocation;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CatalogueVerbsTest {
    private final CliFixture cli;

    CatalogueVerbsTest(@TempDir Path home) {
        cli = new CliFixture(home)
                .declares("weather.now", "weather")
                .declares("demo.echo", "demo")
                .hasRoute("demo");
        cli.problems.add(new Problem(Problem.Severity.ERROR, new SourceLocation("x.yaml", 9), "no id"));
    }

    @Test
    void listIsSortedAndAlignedAndSaysWhyACapabilityIsUnavailable() {
        assertThat(cli.run("list")).isZero();

        assertThat(cli.out().lines())
                .containsExactly(
                        "ID           PROVIDER  SESSION  AVAILABLE                         DESCRIPTION",
                        "demo.echo    demo      auto     yes                               Says what it is told",
                        "weather.now  weather   auto     no: no route direct:weather-call  Says what it is told");
        assertThat(cli.err()).contains("x.yaml:9: no id");
        assertThat(cli.gateway.starts).isEmpty();
    }

    @Test
    void listAsJsonCarriesSchemasAndReasons() {
        cli.run("list", "--json");

        JsonNode list = CliFixture.json(cli.out());
        assertThat(list).hasSize(2);
        assertThat(list.at("/0/input_schema/type").asText()).isEqualTo("object");
        assertThat(list.at("/0/available").asBoolean()).isTrue();
        assertThat(list.at("/1/reason").asText()).isEqualTo("no route direct:weather-call");
    }

    @Test
    void showPrintsHeadersSchemaAndSource() {
        assertThat(cli.run("show", "demo.echo")).isZero();

        assertThat(cli.out())
                .contains("capabilities/x.yaml:3", "auto (demo_requires_session)", "demo_server_url", "input schema:");
        assertThat(cli.gateway.starts).isEmpty();
    }

    @Test
    void showOfAnUnknownIdSuggests() {
        assertThat(cli.run("show", "demo.ehco")).isEqualTo(ExitCode.FAILED);
        assertThat(cli.err()).contains("did you mean demo.echo?");
    }

    @Test
    void explainPrintsTheDryRunAndCallsNothing() {
        assertThat(cli.run("explain", "demo.echo", "{\"a\":1}")).isZero();

        assertThat(CliFixture.json(cli.out()).at("/arguments/a").asInt()).isEqualTo(1);
        assertThat(cli.gateway.requests).isEmpty();
    }

    @Test
    void runPrintsProblemsEntryPointsAndTheReadyLine() {
        assertThat(cli.run("run", "--port", "0")).isZero();

        assertThat(cli.err()).contains("x.yaml:9: no id");
        assertThat(cli.out().lines()).hasSize(3).first().isEqualTo("REST    http://127.0.0.1:8080/capabilities");
        assertThat(cli.out().lines().reduce((first, last) -> last).orElse(""))
                .matches("serai ready in \\d+\\.\\d s at http://127\\.0\\.0\\.1:8080");
        assertThat(cli.gateway.starts.get(0).http()).isTrue();
    }
}
