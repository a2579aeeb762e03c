package dev.serai.entry;

import dev.serai.invocation.ErrorCode;
import dev.serai.invocation.Traces;
import dev.serai.lifecycle.HangUp;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.Processor;
import org.apache.camel.Suspendable;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.component.platform.http.spi.PlatformHttpConsumer;
import org.apache.camel.support.DefaultConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One {@code platform-http:} endpoint of a started route. */
final class IngressConsumer extends DefaultConsumer implements PlatformHttpConsumer, Suspendable {
    private static final Logger LOG = LoggerFactory.getLogger(IngressConsumer.class);
    private static final Set<String> ANY =
            Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT");

    private final HttpIngress ingress;
    private final String path;
    private final PathPattern pattern;
    private final Set<String> methods;
    private final ExchangeBinding binding;

    IngressConsumer(HttpIngress ingress, PlatformHttpEndpoint endpoint, Processor processor) {
        super(endpoint, processor);
        this.ingress = ingress;
        this.path = endpoint.getPath().startsWith("/") ? endpoint.getPath() : "/" + endpoint.getPath();
        this.pattern = PathPattern.parse(path, endpoint.isMatchOnUriPrefix() || endpoint.isHttpProxy());
        this.methods = methods(endpoint.getHttpMethodRestrict());
        this.binding = new ExchangeBinding(endpoint.getHeaderFilterStrategy(), endpoint.isPopulateBodyWithForm());
    }

    @Override
    public PlatformHttpEndpoint getEndpoint() {
        return (PlatformHttpEndpoint) super.getEndpoint();
    }

    String path() {
        return path;
    }

    PathPattern pattern() {
        return pattern;
    }

    /** As served: {@code GET} brings {@code HEAD}. */
    Set<String> methods() {
        return methods;
    }

    /** Whether the route, and all that it leads to, may run on an event loop. */
    boolean isNonBlocking() {
        return ingress.isNonBlocking(getEndpoint());
    }

    boolean accepts(String method) {
        return methods.contains(method);
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        ingress.add(this);
    }

    @Override
    protected void doStop() throws Exception {
        ingress.remove(this);
        super.doStop();
    }

    /** Runs the route; the answer is given on whichever thread the route ends. */
    void process(IngressRequest request, byte[] body, HangUp hangUp, Consumer<Reply> answer) {
        if (isSuspended() || !isRunAllowed()) {
            answer.accept(Reply.problem(ErrorCode.SHUTTING_DOWN, "The route that serves " + path + " is suspended."));
            return;
        }
        Exchange exchange = createExchange(false);
        try {
            exchange.setPattern(ExchangePattern.InOut);
            binding.fill(exchange, request, body);
            exchange.setProperty(HangUp.PROPERTY, hangUp);
            createUoW(exchange);
        } catch (Exception e) {
            exchange.setException(e);
            answer.accept(finish(exchange));
            return;
        }
        getAsyncProcessor().process(exchange, doneSync -> answer.accept(finish(exchange)));
    }

    private Reply finish(Exchange exchange) {
        try {
            Reply reply = binding.reply(exchange);
            if (reply.status() >= ErrorCode.INTERNAL_ERROR.httpStatus() && exchange.getException() != null) {
                // Its message can quote a body or a secret, so the log has the type and the place only.
                LOG.warn("Route {} failed: {}", getRouteId(), Traces.of(exchange.getException()));
            }
            return reply;
        } catch (Exception e) {
            LOG.warn("The answer of route {} cannot be written: {}", getRouteId(), Traces.of(e));
            return Reply.problem(ErrorCode.INTERNAL_ERROR, "The answer cannot be written; see the log.");
        } finally {
            if (exchange.getUnitOfWork() != null) {
                doneUoW(exchange);
            }
            releaseExchange(exchange, false);
        }
    }

    private static Set<String> methods(String restriction) {
        if (restriction == null || restriction.isBlank()) {
            return ANY;
        }
        Set<String> named = Arrays.stream(restriction.split(","))
                .map(method -> method.trim().toUpperCase(Locale.ROOT))
                .collect(Collectors.toSet());
        if (named.contains("GET")) {
            named.add("HEAD");
        }
        return Set.copyOf(named);
    }
}
