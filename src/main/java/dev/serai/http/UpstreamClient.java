package dev.serai.http;

import dev.serai.loop.EventLoops;
import dev.serai.loop.FlushPerPass;
import io.netty.channel.ChannelPipeline;
import io.vertx.core.Context;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.impl.ConnectionBase;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The connections to upstreams. A request is sent once: no retry, no redirect, no cookie, no decompression. */
public final class UpstreamClient implements AutoCloseable {
    /** A server's answer may have long cookies and links; beyond it the answer is refused. */
    private static final int MAX_HEAD = 64 * 1024;

    /** Of one server and loop; sessions, each of which has one at most, are bounded by the pool. */
    private static final int MOST_LASTING = 10_000;

    private final EventLoops loops;
    private static final List<InetAddress> ANY = List.of(InetAddress.getLoopbackAddress());

    private final UpstreamLimits limits;
    private final UpstreamNetworks networks;
    private final ConcurrentHashMap<Kind, HttpClient> clients = new ConcurrentHashMap<>();
    private final Addresses addresses = new Addresses();
    private final DrainMemory memory = new DrainMemory();
    private final AnswerMemory answers;

    public UpstreamClient(EventLoops loops, UpstreamLimits limits, UpstreamNetworks networks) {
        this.loops = loops;
        this.limits = limits;
        this.networks = networks;
        this.answers = new AnswerMemory(limits.maxBuffered());
    }

    /** Bytes of large answers that are held now. */
    public long buffered() {
        return answers.held();
    }

    AnswerMemory answers() {
        return answers;
    }

    /** What is known of a host's addresses; {@code null} where it has to be looked up. Of one behind the proxy: any. */
    @Nullable
    List<InetAddress> known(UpstreamNetwork network, String host) {
        return network.byProxy(host) ? ANY : addresses.known(host);
    }

    /** Where a connection goes. */
    SocketAddress server(UpstreamNetwork network, Target target, InetAddress address) {
        String host = network.byProxy(target.host()) ? target.host() : address.getHostAddress();
        return SocketAddress.inetSocketAddress(target.port(), host);
    }

    UpstreamNetworks networks() {
        return networks;
    }

    UpstreamLimits limits() {
        return limits;
    }

    EventLoops loops() {
        return loops;
    }

    Addresses addresses() {
        return addresses;
    }

    DrainMemory memory() {
        return memory;
    }

    /**
     * The context on which an exchange is to run: the caller's own where it is on a loop that may have connections.
     *
     * @param current the event loop's, or {@code null} on any other thread
     */
    Context context(@Nullable Context current) {
        int used = Math.min(loops.count(), limits.connectionsPerServer());
        if (current != null && loops.index(current) < used) {
            return current;
        }
        return loops.context(ThreadLocalRandom.current().nextInt(used));
    }

    /** The usual connections of this context's loop. */
    HttpClient of(Context context, Duration connectTimeout, String host) {
        UpstreamNetwork usual = networks.usual();
        return of(new Kind(loops.index(context), connectTimeout, false, usual, usual.byProxy(host)));
    }

    /**
     * The connections of this context's loop. A connection stays with one loop, so that nobody can be given it between
     * the end of an answer and its notice. Those that take the same time for connecting are shared: few declarations
     * name a time of their own. Those for answers that last are as many as sessions of the pool want them, and none of
     * them is taken from the requests.
     */
    HttpClient of(Context context, Outbound outbound) {
        UpstreamNetwork network = outbound.network();
        return of(new Kind(
                loops.index(context),
                outbound.connectTimeout(),
                outbound.lasting() != null,
                network,
                network.byProxy(outbound.target().host())));
    }

    private HttpClient of(Kind kind) {
        HttpClient known = clients.get(kind);
        return known != null ? known : clients.computeIfAbsent(kind, this::create);
    }

    private HttpClient create(Kind kind) {
        int millis = (int)
                Math.min(Integer.MAX_VALUE, Math.max(1, kind.connectTimeout().toMillis()));
        long idleSeconds = Math.max(1, limits.idleTimeout().toSeconds());
        int used = Math.min(loops.count(), limits.connectionsPerServer());
        int share = limits.connectionsPerServer() / used + (kind.loop() < limits.connectionsPerServer() % used ? 1 : 0);
        HttpClientOptions options = new HttpClientOptions()
                .setTcpKeepAlive(kind.lasting())
                .setConnectTimeout(millis)
                .setSslHandshakeTimeout(millis)
                .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)
                .setKeepAliveTimeout((int) Math.min(Integer.MAX_VALUE, idleSeconds))
                .setTcpNoDelay(true)
                .setMaxHeaderSize(MAX_HEAD)
                .setMaxInitialLineLength(MAX_HEAD)
                .setDecompressionSupported(false);
        kind.network().apply(options, kind.byProxy());
        return loops.vertx()
                .httpClientBuilder()
                .with(options)
                .with(new PoolOptions().setHttp1MaxSize(kind.lasting() ? MOST_LASTING : share))
                .withConnectHandler(connection -> prepare(connection, idleSeconds))
                .build();
    }

    private static void prepare(HttpConnection connection, long idleSeconds) {
        ChannelPipeline steps = ((ConnectionBase) connection).channel().pipeline();
        InterimAnswers.passOver(connection, steps);
        steps.addBefore("handler", "keep-alive-hint", new KeepAliveHint(idleSeconds));
        FlushPerPass.on(connection);
    }

    /** Cuts every exchange and closes every connection; what is sent afterwards fails. */
    @Override
    public void close() {
        clients.values().forEach(client -> {
            var unused = client.close();
        });
    }

    private record Kind(int loop, Duration connectTimeout, boolean lasting, UpstreamNetwork network, boolean byProxy) {}
}
