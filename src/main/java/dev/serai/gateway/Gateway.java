package dev.serai.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.serai.capability.CapabilityStore;
import dev.serai.capability.Catalog;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.main.Main;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.jspecify.annotations.Nullable;

/** Stand-in until the assembly is merged: starts Camel with one route and echoes calls. */
public final class Gateway implements AutoCloseable {
    private final Main main;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final String url;

    private Gateway(Main main, String url) {
        this.main = main;
        this.url = url;
    }

    public static Gateway start(GatewayOptions options) throws StartException {
        try {
            Main main = new Main();
            main.configure().setDurationMaxIdleSeconds(0);
            String port = options.overrides().getOrDefault("serai.http.port", "8080");
            if ("0".equals(port)) {
                try (java.net.ServerSocket free = new java.net.ServerSocket(0)) {
                    port = Integer.toString(free.getLocalPort());
                }
            }
            if (options.http()) {
                main.addInitialProperty("camel.server.enabled", "true");
                main.addInitialProperty("camel.server.port", port);
                main.addInitialProperty("camel.server.host", "127.0.0.1");
            }
            main.init();
            DefaultCamelContext context = (DefaultCamelContext) main.getCamelContext();
            String from = options.http() ? "platform-http:/capabilities/mcp.demo.echo" : "direct:capabilities";
            String yaml = "- route: {id: r, from: {uri: '" + from
                    + "', parameters: {}, steps: [{setHeader: {name: a, simple: '${body}'}}, {toD: {uri: 'log:x?showHeaders=true'}}, {setBody: {constant: '{}'}}]}}\n";
            PluginHelper.getRoutesLoader(context).loadRoutes(ResourceHelper.fromString("stand-in.yaml", yaml));
            main.start();
            return new Gateway(main, "http://127.0.0.1:" + port);
        } catch (Exception e) {
            throw new StartException("cannot start: " + e.getMessage(), e);
        }
    }

    public CapabilityStore capabilities() {
        return new CapabilityStore(new Catalog(List.of(), List.of()));
    }

    public List<EntryPoint> entryPoints() {
        return List.of(new EntryPoint("REST", url + "/capabilities"));
    }

    public String url() {
        return url;
    }

    public CallOutcome call(CallRequest request) {
        return new CallOutcome(true, request.arguments(), new TreeMap<>());
    }

    public Explanation explain(String id, @Nullable JsonNode arguments) {
        return new Explanation(JsonNodeFactory.instance.objectNode().put("id", id));
    }

    @Override
    public void close() {
        main.stop();
        closed.countDown();
    }

    public void awaitShutdown() throws InterruptedException {
        closed.await();
    }
}
