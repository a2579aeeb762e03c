package dev.serai.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.serai.loop.EventLoops;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class PrivateAddressesTest {
    private static final String NAME = "named.example";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "127.9.9.9",
                "10.0.0.1",
                "172.16.0.1",
                "172.31.255.255",
                "192.168.1.1",
                "169.254.169.254",
                "100.64.0.1",
                "100.127.255.255",
                "0.0.0.0",
                "0.1.2.3",
                "224.0.0.1",
                "255.255.255.255",
                "::1",
                "::",
                "fe80::1",
                "fc00::1",
                "fd12:3456::1",
                "ff02::1",
                "::ffff:10.0.0.1",
                "::10.0.0.1",
                "64:ff9b::a00:1",
                "64:ff9b::7f00:1"
            })
    void onlyThisMachineOrItsNetworkReachesThese(String address) throws Exception {
        assertThat(PrivateAddresses.contain(InetAddress.getByName(address))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.1.1.1",
                "9.255.255.255",
                "11.0.0.1",
                "172.15.0.1",
                "172.32.0.1",
                "192.167.1.1",
                "100.63.0.1",
                "100.128.0.1",
                "223.0.0.1",
                "2606:4700::1111",
                "64:ff9b::101:101",
                "::ffff:8.8.8.8"
            })
    void othersReachThese(String address) throws Exception {
        assertThat(PrivateAddresses.contain(InetAddress.getByName(address))).isFalse();
    }

    @Test
    void whatIsToBePublicIsNotConnectedToWhereItsAddressIsNot() throws Exception {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        AtomicInteger asked = new AtomicInteger();
        HttpServer server = HttpServer.create(new InetSocketAddress(loopback, 0), 0);
        server.createContext("/", exchange -> {
            asked.incrementAndGet();
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        server.start();
        try (EventLoops loops = new EventLoops(1);
                UpstreamClient client = new UpstreamClient(
                        loops,
                        new UpstreamLimits(1_000, 1_000_000, 10, Duration.ofSeconds(5), Duration.ofSeconds(5)),
                        UpstreamNetworks.PLAIN)) {
            client.addresses().prefer(NAME, loopback, List.of(loopback));
            SideClient side = new SideClient(client);
            for (String host : List.of("127.0.0.1", NAME)) {
                String url = "http://" + host + ":" + server.getAddress().getPort() + "/";
                assertThatThrownBy(() -> side.send(request(url, true)))
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("where a server may not send anybody");
                assertThat(asked).hasValue(0);
            }
            assertThat(side.send(request(
                                    "http://" + NAME + ":" + server.getAddress().getPort() + "/", false))
                            .status())
                    .isEqualTo(204);
        } finally {
            server.stop(0);
        }
    }

    private static SideRequest request(String url, boolean publicOnly) {
        return new SideRequest("GET", url, Map.of(), "", 1_000, Duration.ofSeconds(20), publicOnly);
    }
}
