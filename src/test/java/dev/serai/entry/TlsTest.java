package dev.serai.entry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.serai.gateway.TestGateway;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class TlsTest {
    /** What the renewal of certificates logs. */
    private static final class RenewalLog extends Handler implements AutoCloseable {
        private static final Logger LOG = Logger.getLogger(TlsRenewal.class.getName());

        private final List<String> lines = new CopyOnWriteArrayList<>();
        private final SimpleFormatter formatter = new SimpleFormatter();

        RenewalLog() {
            LOG.addHandler(this);
        }

        void awaitLine(String text) {
            await().until(() -> lines.stream().anyMatch(line -> line.contains(text)));
        }

        @Override
        public void publish(LogRecord event) {
            lines.add(event.getLevel() + " " + formatter.formatMessage(event));
        }

        @Override
        public void flush() {
            // Nothing is buffered.
        }

        @Override
        public void close() {
            LOG.removeHandler(this);
        }
    }

    @TempDir
    Path folder;

    private Path chain = Path.of("");
    private Path key = Path.of("");

    @BeforeEach
    void place() {
        chain = folder.resolve("chain.pem");
        key = folder.resolve("key.pem");
    }

    private TestGateway.Builder gateway() {
        return TestGateway.in(folder)
                .setting("serai.http.tls.certificate", chain.toString())
                .setting("serai.http.tls.key", key.toString());
    }

    private static HttpResponse<String> ask(TestGateway gateway, SSLContext trust, String... protocols)
            throws IOException, InterruptedException {
        HttpClient client = HttpClient.newBuilder()
                .sslContext(trust)
                .sslParameters(new SSLParameters(null, protocols))
                .build();
        return client.send(
                HttpRequest.newBuilder(URI.create(gateway.gateway().url() + "/observe/health/live"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void theListenerSpeaksTlsAndNothingElse() throws Exception {
        for (String algorithm : List.of("RSA", "EC")) {
            Certificate certificate = Certificate.make(folder, algorithm);
            certificate.write(chain, key);
            try (TestGateway gateway = gateway().start()) {
                assertThat(gateway.gateway().url()).startsWith("https://127.0.0.1:");
                for (String protocol : List.of("TLSv1.2", "TLSv1.3")) {
                    HttpResponse<String> answer = ask(gateway, certificate.client(), protocol);
                    assertThat(answer.statusCode()).isEqualTo(200);
                    assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
                    assertThat(answer.sslSession().orElseThrow().getProtocol()).isEqualTo(protocol);
                }
                URI plain = URI.create(gateway.gateway().url().replace("https", "http") + "/observe/health/live");
                assertThatThrownBy(
                                () -> gateway.send(HttpRequest.newBuilder(plain).build()))
                        .hasRootCauseInstanceOf(IOException.class);
            }
        }
    }

    @Test
    void aReplacedCertificateIsTakenUpAndABrokenOneIsNot() throws Exception {
        Certificate first = Certificate.make(folder, "EC");
        Certificate second = Certificate.make(folder, "EC");
        first.write(chain, key);
        try (RenewalLog log = new RenewalLog();
                TestGateway gateway = gateway().start()) {
            assertThat(ask(gateway, first.client(), "TLSv1.3").statusCode()).isEqualTo(200);
            assertThatThrownBy(() -> ask(gateway, second.client(), "TLSv1.3")).isInstanceOf(SSLException.class);

            second.write(chain, key);
            await().ignoreExceptionsInstanceOf(SSLException.class)
                    .until(() -> ask(gateway, second.client(), "TLSv1.3").statusCode() == 200);

            Files.writeString(chain, "nonsense");
            log.awaitLine("the certificate of before stays in use: cannot be used");
            assertThat(ask(gateway, second.client(), "TLSv1.3").statusCode()).isEqualTo(200);
            Certificate third = Certificate.make(folder, "EC");
            third.write(chain, folder.resolve("unused.pem"));
            log.awaitLine("the certificate of before stays in use: the certificate and the key do not belong together");
            assertThat(ask(gateway, second.client(), "TLSv1.3").statusCode()).isEqualTo(200);
            first.write(chain, key);
            await().ignoreExceptionsInstanceOf(SSLException.class)
                    .until(() -> ask(gateway, first.client(), "TLSv1.3").statusCode() == 200);
        }
    }

    @Test
    void aCertificateWithTheKeyOfAnotherEndsTheStart() throws Exception {
        for (String algorithm : List.of("RSA", "EC")) {
            Certificate.make(folder, algorithm).write(chain, folder.resolve("unused.pem"));
            Certificate.make(folder, algorithm).write(folder.resolve("unused.pem"), key);
            assertThatThrownBy(() -> gateway().start())
                    .rootCause()
                    .hasMessageContaining("serai.http.tls.certificate or serai.http.tls.key: ")
                    .hasMessageContaining("do not belong together");
        }
    }

    @Test
    void filesThatCannotBeUsedEndTheStart() throws Exception {
        assertThatThrownBy(() -> gateway().start())
                .rootCause()
                .hasMessageContaining("serai.http.tls.certificate")
                .hasMessageContaining("chain.pem cannot be read");
        Certificate.make(folder, "EC").write(chain, key);
        Files.writeString(key, "nonsense");
        assertThatThrownBy(() -> gateway().start())
                .rootCause()
                .hasMessageContaining("serai.http.tls.certificate or serai.http.tls.key: cannot be used");
        assertThatThrownBy(() -> TestGateway.in(folder)
                        .setting("serai.http.tls.key", key.toString())
                        .start())
                .rootCause()
                .hasMessageContaining("are set together or not at all");
    }
}
