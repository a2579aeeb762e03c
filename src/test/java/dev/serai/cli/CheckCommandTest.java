package dev.serai.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.capability.Problem;
import dev.serai.capability.SourceLocation;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckCommandTest {
    private final Path home;

    private final CliFixture cli;

    CheckCommandTest(@TempDir Path home) {
        this.home = home;
        cli = new CliFixture(home).declares("demo.echo", "demo").hasRoute("demo");
    }

    @Test
    void soundFilesPassAndAreCounted() {
        assertThat(cli.run("check")).isZero();
        assertThat(cli.out()).isEmpty();
        assertThat(cli.err()).contains("1 declaration, 1 route: 0 errors, 0 warnings");
    }

    @Test
    void aDeclarationErrorFailsWithItsPlace() {
        cli.problems.add(new Problem(Problem.Severity.ERROR, new SourceLocation("a.yaml", 4), "no id"));

        assertThat(cli.run("check")).isEqualTo(ExitCode.FAILED);
        assertThat(cli.out()).contains("a.yaml:4: no id");
        assertThat(cli.err()).contains("1 error,");
    }

    @Test
    void aProviderWithoutARouteIsAWarningAndNoFailure() {
        cli.declares("weather.now", "weather");

        assertThat(cli.run("check")).isZero();
        assertThat(cli.out()).contains("capabilities/x.yaml:3: warning: weather.now is unavailable");
    }

    @Test
    void aRouteThatADeclarationNamesAndThatIsNotYoursIsAWarning() {
        cli.hasRoute("own").file("routes/mine.yaml", route("mine", "- to:\n            uri: log:x"));
        for (String name : new String[] {"mine", "nowhere", "demo-call"}) {
            cli.declares("own." + name, "own", Map.of("own_route", "direct:" + name));
        }

        assertThat(cli.run("check")).isZero();
        assertThat(cli.out())
                .contains("own.nowhere is unavailable: no route begins at direct:nowhere, named by own_route")
                .contains("own.demo-call is unavailable: direct:demo-call belongs to an entry or a provider")
                .doesNotContain("own.mine");
    }

    @Test
    void everyRouteMistakeIsNamedWithItsLine() {
        cli.file("routes/broken.yaml", "- route:\n    id: a\n   from: x\n");
        cli.file("routes/unknown-step.yaml", route("no-such-step", "- fly:\n            uri: log:x"));
        cli.file(
                "routes/unknown-field.yaml",
                route("no-such-field", "- to:\n            uri: log:x\n            speed: 3"));
        cli.file(
                "routes/unknown-component.yaml", route("no-such-component", "- to:\n            uri: carrierpigeon:x"));
        cli.file("routes/nowhere.yaml", route("to-nowhere", "- to:\n            uri: direct:nowhere"));
        cli.file(
                "routes/twice.yaml",
                route("demo-call", "- to:\n            uri: log:x").replace("direct:demo-call", "direct:b"));

        assertThat(cli.run("check")).isEqualTo(ExitCode.FAILED);

        assertThat(cli.out())
                .containsPattern("broken\\.yaml:[23]: not YAML")
                .containsPattern("unknown-step\\.yaml:[67]: .*fly")
                .containsPattern("unknown-field\\.yaml:[6-8]: .*speed")
                .contains("unknown-component.yaml:7: unknown component 'carrierpigeon'")
                .contains("nowhere.yaml:7: nothing receives from direct:nowhere")
                .containsPattern("twice\\.yaml:2: route id 'demo-call' is taken by|demo\\.yaml:2: .*taken by");
    }

    @Test
    void aFolderWithRoutesAndCapabilitiesCanBeNamed() {
        cli.file("other/routes/nowhere.yaml", route("x", "- to:\n            uri: direct:nowhere"));

        assertThat(cli.run("check", home.resolve("other").toString())).isEqualTo(ExitCode.FAILED);
        assertThat(cli.run("check", home.resolve("absent").toString())).isEqualTo(ExitCode.USAGE);
    }

    private static String route(String id, String step) {
        return "- route:\n    id: " + id + "\n    from:\n      uri: direct:" + id + "\n      steps:\n        " + step
                + "\n";
    }
}
