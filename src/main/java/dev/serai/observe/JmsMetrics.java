package dev.serai.observe;

import dev.serai.jms.JmsStats;

/** What the entry for JMS does. */
public final class JmsMetrics {
    private JmsMetrics() {}

    public static void bind(Metrics metrics, JmsStats jms) {
        metrics.gauge("serai.jms.connected", "1 while messages can be taken", () -> jms.connected() ? 1 : 0);
        jms.messages((end, count) ->
                metrics.counter("serai.jms.messages", "Messages by what became of their reply", count, "reply", end));
        metrics.counter("serai.jms.dead.letters", "Messages put into the queue of dead letters", jms::dead);
    }
}
