package dev.serai.entry;

import dev.serai.observe.Metrics;
import java.nio.charset.StandardCharsets;
import org.apache.camel.Exchange;

/** Answers {@code GET /observe/metrics}. */
public final class MetricsEntry {
    private final Metrics metrics;

    public MetricsEntry(Metrics metrics) {
        this.metrics = metrics;
    }

    /** Every metric, in the text format that {@code Accept} asks for. */
    public void scrape(Exchange exchange) {
        String accept = String.join(",", IngressRequest.takenFrom(exchange).headers("Accept"));
        Metrics.Scrape scrape = metrics.scrape(accept);
        Answers.set(exchange, scrape.contentType(), scrape.text().getBytes(StandardCharsets.UTF_8));
        exchange.getMessage().setHeader("Cache-Control", "no-store");
    }
}
