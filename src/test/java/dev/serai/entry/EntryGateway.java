package dev.serai.entry;

import dev.serai.access.AccessRules;
import dev.serai.access.Gate;
import dev.serai.capability.Availability;
import dev.serai.capability.CapabilityStore;
import dev.serai.flow.NonBlockingRoutes;
import dev.serai.gateway.TestHttp;
import dev.serai.loop.EventLoops;
import dev.serai.loop.Step;
import dev.serai.loop.Workers;
import dev.serai.observe.Health;
import dev.serai.observe.Metrics;
import dev.serai.observe.Upstreams;
import dev.serai.trace.Tracing;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import org.apache.camel.CamelContext;
import org.apache.camel.Processor;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.jspecify.annotations.Nullable;

/** The HTTP entry on an ephemeral port, with a stand-in for {@code direct:invoke-capability}. */
final class EntryGateway implements AutoCloseable {
    private static final String STAND_IN = """
            - route:
                id: invoke-capability
                from:
                  uri: direct:invoke-capability
                  steps:
                    - to: bean:stand-in
            """;

    final CamelContext context = new DefaultCamelContext();
    private final Map<String, String> properties = new HashMap<>(Map.of("serai.http.port", "0"));
    private final CapabilityStore store;
    private Availability availability = capability -> null;
    private Processor standIn = exchange -> {};
    private final Gate gate = Gate.OPEN;
    private final EventLoops loops = new EventLoops(2);
    private String extraRoutes = "";
    private @Nullable ExecutorService threads;
    private @Nullable HttpIngress ingress;

    EntryGateway() {
        this(new CapabilityStore(Samples.catalog()));
    }

    EntryGateway(CapabilityStore store) {
        this.store = store;
    }

    EntryGateway property(String name, Object value) {
        properties.put(name, value.toString());
        return this;
    }

    EntryGateway invoking(Processor processor) {
        standIn = processor;
        return this;
    }

    EntryGateway availability(Availability answers) {
        availability = answers;
        return this;
    }

    EntryGateway routes(String yaml) {
        extraRoutes = yaml;
        return this;
    }

    EntryGateway bean(String name, Object bean) {
        context.getRegistry().bind(name, bean);
        return this;
    }

    EntryGateway threads(ExecutorService pool) {
        threads = pool;
        return this;
    }

    EntryGateway start() throws Exception {
        HttpServerOptions options = HttpServerOptions.from(properties::get);
        NonBlockingRoutes nonBlocking = new NonBlockingRoutes(context, loops.routes());
        ingress = threads == null
                ? new HttpIngress(options, gate, loops, nonBlocking::beginsAt)
                : new HttpIngress(options, gate, loops, nonBlocking::beginsAt, threads);
        bean(HttpIngress.NAME, ingress);
        bean("entry-headers", new EntryHeaderFilter());
        RestEntry rest = new RestEntry(Tracing.OFF, ingress.refusals());
        bean("admitRestCall", new Step(rest::admit));
        bean("replyOverRest", new Step(rest::reply));
        bean(
                "stream-over-rest",
                new StreamOverRest(
                        context, rest, nonBlocking::beginsAt, loops, new Workers(task -> new Thread(task).start())));
        bean("catalog-entry", new CatalogEntry(new AccessRules(store, Set.of()), availability));
        bean("health-entry", new HealthEntry(new Health(new Upstreams(new Metrics()), Set::of, List::of)));
        bean("metrics-entry", new MetricsEntry(new Metrics()));
        bean("stand-in", standIn);
        load("entry.yaml", Files.readString(Path.of("routes/entry/rest.camel.yaml")));
        load("observe.yaml", Files.readString(Path.of("routes/entry/observe.camel.yaml")));
        load("stand-in.yaml", STAND_IN);
        if (!extraRoutes.isEmpty()) {
            load("extra.yaml", extraRoutes);
        }
        context.start();
        return this;
    }

    private void load(String name, String yaml) throws Exception {
        PluginHelper.getRoutesLoader(context).loadRoutes(ResourceHelper.fromString(name, yaml));
    }

    HttpIngress ingress() {
        if (ingress == null) {
            throw new IllegalStateException("not started");
        }
        return ingress;
    }

    int port() {
        return ingress().getServerPort();
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path));
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws IOException {
        return TestHttp.send(request.build());
    }

    HttpResponse<String> get(String path) throws IOException {
        return send(request(path));
    }

    HttpResponse<String> post(String path, String body) throws IOException {
        return send(request(path).POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    RawClient raw() throws IOException {
        return new RawClient(port());
    }

    @Override
    public void close() {
        context.stop();
        loops.close();
    }
}
