package dev.serai.entry;

import dev.serai.invocation.Json;
import dev.serai.observe.Health;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;

/** Answers {@code /observe/health}, {@code …/live} and {@code …/ready}: 200 and {@code UP}, else 503 and {@code DOWN}. */
public final class HealthEntry {
    static final String PATH = "/observe/health";
    private static final int UNAVAILABLE = 503;

    private final Health health;

    public HealthEntry(Health health) {
        this.health = health;
    }

    /** The state of the gateway and of the servers behind it; 503 where no calls are taken. */
    public void details(Exchange exchange) throws IOException {
        boolean taking = taking(exchange.getContext());
        answer(exchange, taking, Json.bytes(health.describe(taking)));
    }

    /** Up while calls are taken. */
    public void ready(Exchange exchange) {
        answer(exchange, taking(exchange.getContext()));
    }

    private static boolean taking(CamelContext context) {
        HttpIngress ingress = context.getRegistry().lookupByNameAndType(HttpIngress.NAME, HttpIngress.class);
        return (ingress == null || !ingress.isLeaving())
                && context.isStarted()
                && !context.isSuspending()
                && !context.isSuspended();
    }

    /** Up until the gateway has stopped: one that is suspended, or ends what it has begun, need not be restarted. */
    public void live(Exchange exchange) {
        CamelContext context = exchange.getContext();
        answer(exchange, !context.isStopped());
    }

    private static void answer(Exchange exchange, boolean up) {
        String status = up ? "UP" : "DOWN";
        answer(exchange, up, ("{\"status\":\"" + status + "\"}").getBytes(StandardCharsets.UTF_8));
    }

    private static void answer(Exchange exchange, boolean up, byte[] body) {
        IngressRequest.takenFrom(exchange);
        Answers.set(exchange, "application/json", body);
        exchange.getMessage().setHeader("Cache-Control", "no-store");
        if (!up) {
            exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, UNAVAILABLE);
        }
    }
}
