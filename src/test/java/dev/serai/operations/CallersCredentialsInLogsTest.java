package dev.serai.operations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.access.Issuer;
import dev.serai.access.NewApiKey;
import dev.serai.gateway.TestGateway;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.logging.Level;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class CallersCredentialsInLogsTest {
    private static final String ROUTE = """
            - route:
                id: own
                from:
                  uri: platform-http:/own
                  steps:
                    - log: "${headers} ${exchangeProperty.SeraiCaller} ${body}"
                    - throwException: { exceptionType: java.lang.IllegalStateException, message: broken }
            """;

    @TempDir
    Path folder;

    @Test
    void noLevelLogsWhatACallerAuthenticatesWith() throws Exception {
        NewApiKey made = NewApiKey.make("ci", Set.of("reader"));
        Path keys = Files.writeString(folder.resolve("keys.yaml"), made.line() + "\n");
        String bad = "eyJhbGciOiJSUzI1NiIsImtpZCI6IngifQ.eyJzdWIiOiJtYXJrZXIifQ.c2lnbmF0dXJl";
        String good = Issuer.token();
        try (CapturedLog log = CapturedLog.at(Level.ALL)) {
            try (Issuer issuer = new Issuer();
                    TestGateway gateway = issuer.trustedBy(TestGateway.in(folder))
                            .routes("own.yaml", ROUTE)
                            .setting("serai.access.api-keys-file", keys.toString())
                            .setting("serai.access.failure-burst", "2")
                            .start()) {
                for (String path : List.of("/capabilities", "/own", "/admin/x", "/nowhere")) {
                    for (String header : List.of("Authorization", "X-API-Key")) {
                        for (String credential : List.of(good, made.key(), bad, made.key() + "x")) {
                            String value = header.equals("Authorization") ? "Bearer " + credential : credential;
                            gateway.send(HttpRequest.newBuilder(
                                            URI.create(gateway.gateway().url() + path))
                                    .header(header, value)
                                    .build());
                        }
                    }
                }
            }
            assertThat(log.events()).anyMatch(event -> event.contains("authentication failed from 127.0.0.1"));
            assertThat(log.events()).anyMatch(event -> event.contains("key:ci"));
            assertThat(log.events()).anyMatch(event -> event.contains("jwt:ann"));
            String[] parts = good.split("\\.", -1);
            assertThat(log.events())
                    .noneMatch(event -> event.contains(made.key())
                            || event.contains(parts[1])
                            || event.contains(parts[2])
                            || event.contains("c2lnbmF0dXJl")
                            || event.contains("eyJzdWIiOiJtYXJrZXIifQ"));
            assertThat(log.events().stream().filter(event -> event.contains("authentication failed")))
                    .hasSizeBetween(1, 4);
        }
    }
}
