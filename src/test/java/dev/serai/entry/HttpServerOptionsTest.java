package dev.serai.entry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpServerOptionsTest {
    @Test
    void nothingSetMeansLoopbackOn8080With4MibBodies() {
        HttpServerOptions options = HttpServerOptions.from(name -> null);

        assertThat(options.host()).isEqualTo("127.0.0.1");
        assertThat(options.port()).isEqualTo(8080);
        assertThat(options.maxBody()).isEqualTo(4 * 1024 * 1024);
        assertThat(options.maxConcurrent()).isEqualTo(4096);
        assertThat(options.bodyTimeout()).isEqualTo(Duration.ofSeconds(30));
    }

    @ParameterizedTest
    @CsvSource({
        "serai.http.port, 65536",
        "serai.http.port, -1",
        "serai.http.max-body, 0",
        "serai.http.max-concurrent, many",
        "serai.http.idle-timeout, 9ms",
        "serai.http.body-timeout, 30000",
    })
    void aValueOutOfRangeIsNamedWithTheRange(String name, String value) {
        assertThatThrownBy(() -> HttpServerOptions.from(Map.of(name, value)::get))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll(name, value, "expected a ", " from ");
    }
}
