package dev.serai.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.SourceCodeInfo;
import dev.serai.capability.Capability;
import dev.serai.credential.Credential;
import dev.serai.credential.CredentialRef;
import dev.serai.gateway.TestGateway;
import dev.serai.http.LocalAnswer;
import dev.serai.http.LocalRequest;
import dev.serai.http.Transport;
import dev.serai.http.TransportHttp;
import dev.serai.http.Unasked;
import dev.serai.http.UpstreamCall;
import dev.serai.http.UpstreamClient;
import dev.serai.http.UpstreamLimits;
import dev.serai.http.UpstreamNetworks;
import dev.serai.loop.EventLoops;
import dev.serai.trace.Tracing;
import io.netty.util.HashedWheelTimer;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Servers that describe themselves at length. */
@Timeout(180)
@TestInstance(Lifecycle.PER_CLASS)
class GrpcDescriptorsTest {
    /** Each with the descriptors that it was told: together more than are kept. */
    private static final int IDENTITIES = 4;

    private static final int BULK = 6 * 1024 * 1024;
    private static final int PATIENCE_SECONDS = 60;

    private final EchoServer bulky =
            new EchoServer(builder -> builder.addService(EchoServer.reflection(name -> described())));
    private final EchoServer brief = EchoServer.start();
    private TestGateway gateway;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        StringBuilder declarations = new StringBuilder("capabilities:\n");
        for (int i = 0; i < IDENTITIES; i++) {
            declarations.append(declaration("bulky" + i, bulky.url(), token(folder, i)));
            declarations.append(declaration("brief" + i, brief.url(), token(folder, i)));
        }
        gateway = TestGateway.in(folder)
                .capabilities("d.yaml", declarations.toString())
                .start();
    }

    private static Path token(Path folder, int number) throws IOException {
        return Files.writeString(folder.resolve("token" + number), "token-" + number);
    }

    private static String declaration(String id, String url, Path token) {
        return "  - { id: d.%s, metadata: { grpc: { server_url: \"%s\", method: lab.v1.Echo/Say, auth_file: \"%s\" } } }\n"
                .formatted(id, url, token);
    }

    @AfterAll
    void stop() {
        gateway.close();
        bulky.close();
        brief.close();
    }

    private static List<ByteString> described() {
        List<ByteString> files = new ArrayList<>();
        EchoProto.set().getFileList().forEach(file -> files.add(file.toByteString()));
        files.add(FileDescriptorProto.newBuilder()
                .setName("bulk.proto")
                .setSourceCodeInfo(SourceCodeInfo.newBuilder()
                        .addLocation(SourceCodeInfo.Location.newBuilder().setLeadingComments("c".repeat(BULK))))
                .build()
                .toByteString());
        return files;
    }

    private void callAll(String which) {
        for (int i = 0; i < IDENTITIES; i++) {
            assertThat(gateway.post("d." + which + i, "{\"message\":\"hi\"}").body())
                    .isEqualTo("{\"message\":\"hi\"}");
        }
    }

    @Test
    void ofDescriptorsWithMoreBytesThanAreKeptSomeAreAskedForAgain() {
        callAll("bulky");
        int asked = bulky.reflected();
        await("a question").atMost(Duration.ofSeconds(PATIENCE_SECONDS)).until(() -> {
            callAll("bulky");
            return bulky.reflected() > asked;
        });
    }

    @Test
    void longDescriptorsAreReadAsideAndShortOnesOnTheEventLoop() throws Exception {
        HashedWheelTimer timers = new HashedWheelTimer();
        Aside aside = new Aside();
        try (EventLoops loops = new EventLoops(1);
                UpstreamClient client = new UpstreamClient(
                        loops,
                        new UpstreamLimits(1 << 20, 1 << 20, 10, Duration.ofSeconds(10), Duration.ofSeconds(30)),
                        UpstreamNetworks.PLAIN);
                Transport transport = transport(new TransportHttp(timers, client, aside::execute, new Unasked()))) {
            assertThat(call(transport, "d.brief0").status())
                    .as("names are known now")
                    .isEqualTo(200);
            aside.refuses = true;
            assertThat(call(transport, "d.brief1").status()).isEqualTo(200);
            assertThat(catchThrowable(() -> call(transport, "d.bulky0"))).hasMessageContaining("shutting down");
            aside.refuses = false;
            assertThat(call(transport, "d.bulky0").status()).isEqualTo(200);
        } finally {
            aside.threads.shutdownNow();
            timers.stop();
        }
    }

    private LocalAnswer call(Transport transport, String id) throws Exception {
        Capability capability = Objects.requireNonNull(
                gateway.gateway().capabilities().current().find(id));
        UpstreamCall call = new UpstreamCall(
                capability,
                (id.contains("brief") ? brief : bulky).url() + "/",
                Credential.absent(CredentialRef.NONE, 0),
                System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS),
                Tracing.untraced(),
                null);
        return transport
                .send(call, new LocalRequest("x", "POST", Map.of(), Buffer.buffer("{}")))
                .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private static Transport transport(TransportHttp http) {
        return ServiceLoader.load(Transport.Factory.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(factory -> "grpc".equals(factory.provider()))
                .findFirst()
                .orElseThrow()
                .create(http);
    }

    private static final class Aside {
        private final ExecutorService threads = Executors.newCachedThreadPool();
        private volatile boolean refuses;

        void execute(Runnable task) {
            if (refuses) {
                throw new RejectedExecutionException("as when the gateway stops");
            }
            threads.execute(task);
        }
    }
}
