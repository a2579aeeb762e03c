package dev.serai.entry;

import java.nio.charset.StandardCharsets;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;

/** Answers {@code /observe/health}, {@code …/live} and {@code …/ready}: 200 and {@code UP}, else 503 and {@code DOWN}. */
public final class HealthEntry {
    static final String PATH = "/observe/health";
    private static final int UNAVAILABLE = 503;

    /** Up while calls are taken. */
    public void ready(Exchange exchange) {
        CamelContext context = exchange.getContext();
        answer(exchange, context.isStarted() && !context.isSuspending() && !context.isSuspended());
    }

    /** Up until the gateway stops: a suspended one need not be restarted. */
    public void live(Exchange exchange) {
        CamelContext context = exchange.getContext();
        answer(exchange, !context.isStopping() && !context.isStopped());
    }

    private static void answer(Exchange exchange, boolean up) {
        IngressRequest.takenFrom(exchange);
        String status = up ? "UP" : "DOWN";
        Answers.set(exchange, "application/json", ("{\"status\":\"" + status + "\"}").getBytes(StandardCharsets.UTF_8));
        exchange.getMessage().setHeader("Cache-Control", "no-store");
        if (!up) {
            exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, UNAVAILABLE);
        }
    }
}
