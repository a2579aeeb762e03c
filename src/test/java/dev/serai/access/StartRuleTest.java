package dev.serai.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.serai.gateway.TestGateway;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class StartRuleTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::", "192.0.2.1"})
    void anAddressOthersCanReachIsRefusedWithoutAuthentication(String host) {
        assertThatThrownBy(() ->
                        TestGateway.in(folder).setting("serai.http.host", host).start())
                .rootCause()
                .hasMessageContaining("serai.http.host = " + host)
                .hasMessageContaining("serai.access.api-keys-file")
                .hasMessageContaining("serai.access.allow-anonymous");
    }

    @Test
    void itIsTakenWithKeysOrWhenSomebodySaysSo() {
        Keys keys = new Keys(folder);
        String key = keys.add("ci");
        try (TestGateway gateway = TestGateway.in(folder)
                .setting("serai.http.host", "0.0.0.0")
                .setting("serai.access.api-keys-file", keys.file().toString())
                .start()) {
            assertThat(gateway.get("/capabilities").statusCode()).isEqualTo(401);
            assertThat(Keys.get(gateway, "/capabilities", "X-API-Key", key).statusCode())
                    .isEqualTo(200);
        }
        try (TestGateway gateway = TestGateway.in(folder)
                .setting("serai.http.host", "0.0.0.0")
                .setting("serai.access.allow-anonymous", "true")
                .start()) {
            assertThat(gateway.get("/capabilities").statusCode()).isEqualTo(200);
            // Even then the admin paths are for those who were given the role.
            assertThat(gateway.get("/admin/sessions").statusCode()).isEqualTo(403);
        }
    }

    @Test
    void bothAtOnceContradictEachOther() {
        assertThatThrownBy(() -> TestGateway.in(folder)
                        .setting("serai.access.allow-anonymous", "true")
                        .setting(
                                "serai.access.api-keys-file",
                                new Keys(folder).file().toString())
                        .start())
                .rootCause()
                .hasMessageContaining("contradicts");
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.8.8.8", "::1", "localhost"})
    void aLoopbackAddressNeedsNothing(String host) {
        assertThat(StartRule.isLoopback(host)).isTrue();
    }
}
