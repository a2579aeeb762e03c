package dev.serai.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CallCommandTest {
    private final CliFixture cli;

    CallCommandTest(@TempDir Path home) {
        cli = new CliFixture(home).declares("demo.echo", "demo");
    }

    @Test
    void theResultIsTheOnlyThingOnStandardOutput() {
        cli.gateway.answers(
                true, "{\"said\":\"hi\"}", Map.of("CapabilitySession", "3f2a", "CapabilitySessionReused", "true"));

        int exitCode = cli.run("call", "demo.echo", "{\"message\":\"hi\"}");

        assertThat(exitCode).isZero();
        assertThat(cli.out()).isEqualToNormalizingNewlines("{\"said\":\"hi\"}\n");
        assertThat(cli.err()).contains("Serai-Session: 3f2a").contains("Serai-Session-Reused: true");
        assertThat(cli.gateway.closed).isTrue();
        assertThat(cli.gateway.starts).singleElement().satisfies(options -> assertThat(options.http())
                .isFalse());
    }

    @Test
    void onATerminalTheResultIsIndented() {
        cli.onTerminal().run("call", "demo.echo");

        assertThat(cli.out()).contains("{\n  \"said\" : \"hi\"\n}");
    }

    @Test
    void optionsBecomeHeadersOfTheExchange() {
        cli.run("call", "demo.echo", "--raw", "--conversation", "c1", "--timeout", "2s");

        assertThat(cli.gateway.requests.get(0).headers())
                .containsOnly(
                        Map.entry("CapabilityRaw", "true"),
                        Map.entry("CapabilityConversation", "c1"),
                        Map.entry("CapabilityTimeoutMs", "2000"));
    }

    @Test
    void settingsAndPortAndHostBecomeOverrides() {
        cli.run("call", "demo.echo", "-D", "a.b=1", "-Dc=x=y", "--port", "0", "--host", "127.0.0.2");

        assertThat(cli.gateway.starts.get(0).overrides())
                .contains(
                        Map.entry("a.b", "1"),
                        Map.entry("c", "x=y"),
                        Map.entry("serai.http.port", "0"),
                        Map.entry("serai.http.host", "127.0.0.2"));
    }

    @Test
    void whoInterruptsACallWaitsForASecondUnlessToldOtherwise() {
        cli.run("call", "demo.echo");
        cli.run("call", "demo.echo", "-D", "serai.shutdown-timeout=9s");

        assertThat(cli.gateway.starts.get(0).overrides()).isEmpty();
        assertThat(cli.gateway.starts.get(0).fallbacks()).containsEntry("serai.shutdown-timeout", "1s");
        assertThat(cli.gateway.starts.get(1).overrides()).containsEntry("serai.shutdown-timeout", "9s");
    }

    @Test
    void whatIsWrongWithJsonIsSaidWithoutTheParsersRemarks() {
        assertThat(cli.run("call", "demo.echo", "{")).isEqualTo(2);

        assertThat(cli.err())
                .contains("serai: the argument is not JSON: Unexpected end-of-input", "(line 1, column 2)")
                .doesNotContain("REDACTED");
    }

    @Test
    void aDashReadsStandardInput() {
        cli.input("{\"message\":\"grüße\"}").run("call", "demo.echo", "-");

        assertThat(cli.gateway.requests.get(0).arguments()).hasToString("{\"message\":\"grüße\"}");
    }

    @Test
    void aCallFormIsACallWithAndWithoutTheVerb() {
        cli.run("(call \"demo.echo\" {:message \"hi\"})");
        cli.run("call", "(call \"demo.echo\" {:message \"hi\"})");

        assertThat(cli.gateway.requests).hasSize(2).allSatisfy(request -> {
            assertThat(request.id()).isEqualTo("demo.echo");
            assertThat(request.arguments()).hasToString("{\"message\":\"hi\"}");
        });
    }

    @ParameterizedTest
    @CsvSource({
        "invalid_arguments, 1",
        "tool_error, 1",
        "timeout, 1",
        "upstream_unauthorized, 1",
        "upstream_unavailable, 3",
        "session_unavailable, 3"
    })
    void aProblemGoesToStandardErrorAndDecidesTheExitCode(String code, int expected) {
        cli.gateway.answers(
                false,
                "{\"status\":400,\"code\":\"" + code + "\",\"detail\":\"/state: expected OPEN\",\"requestId\":\"r7\"}",
                Map.of());

        assertThat(cli.run("call", "demo.echo")).isEqualTo(expected);
        assertThat(cli.out()).isEmpty();
        assertThat(cli.err())
                .contains("serai: " + code + ": /state: expected OPEN")
                .contains("requestId: r7");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "[1]", "7", "{} {}", "{'a':1}"})
    void argumentsThatAreNoJsonObjectAreAUsageError(String arguments) {
        assertThat(cli.run("call", "demo.echo", arguments)).isEqualTo(ExitCode.USAGE);
        assertThat(cli.err()).contains("serai: ").contains("JSON");
        assertThat(cli.gateway.starts).isEmpty();
    }

    @Test
    void anUnknownIdNamesTheClosestOnes() {
        assertThat(cli.run("call", "demo.ecko")).isEqualTo(ExitCode.FAILED);
        assertThat(cli.err()).contains("unknown capability: demo.ecko; did you mean demo.echo?");
        assertThat(cli.gateway.requests).isEmpty();
    }

    @Test
    void aGatewayThatCannotStartIsToldInOneLine() {
        cli.gateway.cannotStart = "port 8080 is in use: choose another with --port";

        assertThat(cli.run("call", "demo.echo")).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(cli.err()).isEqualToNormalizingNewlines("serai: port 8080 is in use: choose another with --port\n");
    }

    @ParameterizedTest
    @CsvSource({"--timeout,soon", "--timeout,0", "--port,70000", "--config,no-such-file", "--routes,no-such-folder"})
    void anOptionThatCannotBeIsAUsageError(String option, String value) {
        assertThat(cli.run("call", "demo.echo", option, value)).isEqualTo(ExitCode.USAGE);
        assertThat(cli.err()).startsWith("serai: ").contains(value);
    }
}
