package dev.serai.entry;

import java.time.Duration;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Where the HTTP entry listens and what it refuses.
 *
 * @param host address to bind, {@code serai.http.host}
 * @param port 0 to 65535, 0 = any free one, {@code serai.http.port}
 * @param maxBody largest request body in bytes; a larger one gets 413, {@code serai.http.max-body}
 * @param maxBuffered bytes of request bodies held at once over all requests; beyond it 429,
 *     {@code serai.http.max-buffered}
 * @param maxHeader largest request head in bytes, {@code serai.http.max-header}
 * @param maxConcurrent requests in progress at once; beyond it 429, {@code serai.http.max-concurrent}
 * @param maxConnections open connections; a further one is closed at once, {@code serai.http.max-connections}
 * @param threads size of the worker pool where the JVM has no virtual threads, {@code serai.http.threads}
 * @param idleTimeout longest wait for a whole request head, and for a client to take an answer,
 *     {@code serai.http.idle-timeout}
 * @param bodyTimeout longest wait for a whole request body, {@code serai.http.body-timeout}
 * @param stopTimeout longest wait at shutdown for requests in progress, {@code serai.http.stop-timeout}
 */
public record HttpServerOptions(
        String host,
        int port,
        int maxBody,
        long maxBuffered,
        int maxHeader,
        int maxConcurrent,
        int maxConnections,
        int threads,
        Duration idleTimeout,
        Duration bodyTimeout,
        Duration stopTimeout) {

    private static final int KIB = 1024;
    private static final int MIB = KIB * KIB;
    private static final long SMALLEST_BUFFERED = 64L * MIB;

    /** Reads {@code serai.http.*}; a property that is {@code null} or blank has its default. */
    public static HttpServerOptions from(UnaryOperator<@Nullable String> property) {
        Numbers numbers = new Numbers(property);
        String host = property.apply("serai.http.host");
        long heapShare = Math.max(SMALLEST_BUFFERED, Runtime.getRuntime().maxMemory() / 4);
        return new HttpServerOptions(
                host == null || host.isBlank() ? "127.0.0.1" : host.trim(),
                (int) numbers.read("serai.http.port", 8080, 0, 65_535),
                (int) numbers.read("serai.http.max-body", 4L * MIB, 1, Integer.MAX_VALUE / 2),
                numbers.read("serai.http.max-buffered", heapShare, 1, Long.MAX_VALUE),
                (int) numbers.read("serai.http.max-header", 16L * KIB, 512, MIB),
                (int) numbers.read("serai.http.max-concurrent", 4096, 1, MIB),
                (int) numbers.read("serai.http.max-connections", 16_384, 1, MIB),
                (int) numbers.read("serai.http.threads", 256, 1, 32_767),
                Duration.ofMillis(numbers.read("serai.http.idle-timeout", 60_000, 10, Integer.MAX_VALUE)),
                Duration.ofMillis(numbers.read("serai.http.body-timeout", 30_000, 10, Integer.MAX_VALUE)),
                Duration.ofMillis(numbers.read("serai.http.stop-timeout", 10_000, 0, Integer.MAX_VALUE)));
    }

    private record Numbers(UnaryOperator<@Nullable String> property) {
        long read(String name, long otherwise, long lowest, long highest) {
            String text = property.apply(name);
            if (text == null || text.isBlank()) {
                return otherwise;
            }
            try {
                long value = Long.parseLong(text.trim());
                if (value >= lowest && value <= highest) {
                    return value;
                }
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException(refusal(name, text, lowest, highest), e);
            }
            throw new IllegalArgumentException(refusal(name, text, lowest, highest));
        }

        private static String refusal(String name, String text, long lowest, long highest) {
            return String.format(
                    Locale.ROOT, "%s = '%s': expected a whole number from %d to %d", name, text, lowest, highest);
        }
    }
}
