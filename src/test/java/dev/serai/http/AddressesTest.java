package dev.serai.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.serai.capability.CatalogLoader;
import dev.serai.credential.CredentialRef;
import dev.serai.credential.Credentials;
import dev.serai.loop.EventLoops;
import dev.serai.trace.Tracing;
import io.netty.util.HashedWheelTimer;
import io.vertx.core.Context;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A host with several addresses is reached at whichever answers. */
@Timeout(120)
class AddressesTest {
    private static final String HOST = "many.example";

    @TempDir
    Path folder;

    private UpstreamCall call() throws Exception {
        Files.writeString(folder.resolve("a.yaml"), """
                capabilities:
                  - id: a.call
                    metadata: { a: { server_url: "http://many.example/" } }
                """);
        return new UpstreamCall(
                Objects.requireNonNull(CatalogLoader.load(List.of(folder)).find("a.call")),
                "http://many.example/",
                new Credentials(name -> null).current(CredentialRef.NONE),
                System.nanoTime() + TimeUnit.SECONDS.toNanos(20),
                Tracing.untraced(),
                null);
    }

    @Test
    void anAddressThatRefusesIsFollowedByTheNextWhichIsRemembered() throws Exception {
        InetAddress silent = InetAddress.getByAddress(new byte[] {127, 0, 0, 2});
        InetAddress answering = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        HttpServer server = HttpServer.create();
        server.bind(new InetSocketAddress(answering, 0), 0);
        server.createContext("/", exchange -> exchange.sendResponseHeaders(200, -1));
        server.start();
        HashedWheelTimer timers = new HashedWheelTimer();
        try (EventLoops loops = new EventLoops(1);
                UpstreamClient client = new UpstreamClient(
                        loops,
                        new UpstreamLimits(1_000, 1_000_000, 4, Duration.ofSeconds(5), Duration.ofSeconds(5)),
                        UpstreamNetworks.PLAIN)) {
            Context context = client.context(null);
            Outbound request = new Outbound(
                    HttpMethod.GET,
                    new Target(HOST, server.getAddress().getPort(), false, "/"),
                    MultiMap.caseInsensitiveMultiMap(),
                    Buffer.buffer(),
                    Duration.ofSeconds(5),
                    UpstreamNetwork.PLAIN,
                    null);
            UpstreamCall call = call();
            Transfer transfer = new Transfer(
                    client, context, request, call, new CallGuard(timers, call), List.of(silent, answering));
            context.runOnContext(begin -> transfer.begin());
            assertThat(transfer.outcome().get(60, TimeUnit.SECONDS).status()).isEqualTo(200);
            assertThat(client.addresses().known(HOST)).containsExactly(answering, silent);
        } finally {
            timers.stop();
            server.stop(0);
        }
    }
}
