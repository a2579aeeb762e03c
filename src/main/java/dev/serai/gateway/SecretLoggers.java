package dev.serai.gateway;

import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/**
 * Loggers of libraries that write headers, URLs, bodies or what an exception says, that is tokens, session ids, arguments
 * and results. Held here, because the JDK forgets a logger that nobody holds.
 */
public final class SecretLoggers {
    private static final List<Logger> NEVER = Stream.of(
                    "org.apache.hc.client5.http.wire",
                    "org.apache.hc.client5.http.headers",
                    "org.apache.hc.client5.http2",
                    "org.apache.hc.core5.http",
                    "io.netty.handler.logging",
                    // What happens to the connection is told by the store.
                    "io.lettuce",
                    // Prints its settings; how its broker does is told by the entry.
                    "org.apache.kafka.clients",
                    "org.apache.kafka.common",
                    // The same goes for those of JMS, which tell each try.
                    "org.apache.activemq.artemis.core.client",
                    "org.apache.qpid.jms",
                    "jdk.httpclient",
                    "jdk.internal.httpclient",
                    // Quotes patterns and keywords; what is wrong with a schema is told by the catalogue.
                    "com.networknt.schema")
            .map(Logger::getLogger)
            .toList();

    /** These have warnings too, which hold nothing of the kind. */
    private static final List<Logger> WARNINGS_ONLY = Stream.of(
                    "org.apache.hc", "org.apache.camel.component.http", "org.apache.camel.processor")
            .map(Logger::getLogger)
            .toList();

    private SecretLoggers() {}

    /** To be called again whenever the JDK's logging has been configured anew. */
    public static void silence() {
        NEVER.forEach(logger -> logger.setLevel(Level.OFF));
        WARNINGS_ONLY.forEach(logger -> logger.setLevel(Level.WARNING));
    }
}
