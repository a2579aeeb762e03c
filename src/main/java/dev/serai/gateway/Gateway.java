package dev.serai.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.capability.CapabilityStore;
import dev.serai.invocation.Caller;
import dev.serai.invocation.ErrorCode;
import dev.serai.invocation.InvocationHeaders;
import dev.serai.invocation.ProblemDocument;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.jspecify.annotations.Nullable;

/** A running gateway: Camel Main with Serai's beans, routes and declarations. */
public final class Gateway implements AutoCloseable {
    private static final String INVOKE = "direct:invoke-capability";

    private final Assembly assembly;
    private final ProducerTemplate template;
    private final CountDownLatch closed = new CountDownLatch(1);

    private Gateway(Assembly assembly) {
        this.assembly = assembly;
        this.template = assembly.context().createProducerTemplate();
    }

    /**
     * Starts one.
     *
     * @throws StartException with a message for the user: what, where and what to do
     */
    public static Gateway start(GatewayOptions options) throws StartException {
        return start(options, System::getenv);
    }

    /** With other environment variables than the process's own. */
    static Gateway start(GatewayOptions options, Function<String, @Nullable String> environment) throws StartException {
        return new Gateway(Assembly.start(options, environment));
    }

    /** The declarations in force. */
    public CapabilityStore capabilities() {
        return assembly.capabilities();
    }

    public CamelContext camelContext() {
        return assembly.context();
    }

    /** Where callers come in; empty without the HTTP entry. */
    public List<EntryPoint> entryPoints() {
        return assembly.entryPoints();
    }

    /** For example {@code http://127.0.0.1:8080}; empty without the HTTP entry. */
    public String url() {
        return assembly.url();
    }

    /** Calls a capability in this process, through {@code direct:invoke-capability}, as the operator: no role is asked. */
    public CallOutcome call(CallRequest request) {
        Exchange done = template.request(INVOKE, exchange -> {
            exchange.setProperty(Caller.PROPERTY, Caller.OPERATOR);
            exchange.getMessage().setBody(request.arguments());
            request.headers().forEach(exchange.getMessage()::setHeader);
            exchange.getMessage().setHeader(InvocationHeaders.ID, request.id());
        });
        SortedMap<String, String> headers = new TreeMap<>();
        for (Map.Entry<String, Object> header : done.getMessage().getHeaders().entrySet()) {
            if (header.getKey().startsWith(InvocationHeaders.PREFIX) && header.getValue() != null) {
                headers.put(header.getKey(), header.getValue().toString());
            }
        }
        // A gateway that is closed meanwhile may take the call away from under its route.
        if (!(done.getMessage().getBody() instanceof JsonNode body) || !headers.containsKey(InvocationHeaders.STATUS)) {
            return new CallOutcome(
                    false,
                    ProblemDocument.of(
                            ErrorCode.SHUTTING_DOWN, "the gateway ended before the call did", request.id(), null),
                    headers);
        }
        return new CallOutcome("completed".equals(headers.get(InvocationHeaders.STATUS)), body, headers);
    }

    /** What a call would do; nothing is sent. */
    public Explanation explain(String id, @Nullable JsonNode arguments) {
        return new Explanation(assembly.explainer().explain(id, arguments));
    }

    /** Lets calls in progress end, closes the sessions, and stops. */
    @Override
    public void close() {
        assembly.close();
        closed.countDown();
    }

    /** Returns once the gateway has been closed. */
    public void awaitShutdown() throws InterruptedException {
        closed.await();
    }
}
