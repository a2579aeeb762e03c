package dev.serai.entry;

import dev.serai.admission.AdmissionLimits;
import dev.serai.setting.Knob;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Where the HTTP entry listens and what it refuses.
 *
 * @param host address to bind, {@code serai.http.host}
 * @param port 0 to 65535, 0 = any free one, {@code serai.http.port}
 * @param tls certificate and key; {@code null} means no TLS
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
        @Nullable TlsFiles tls,
        int maxBody,
        long maxBuffered,
        int maxHeader,
        int maxConcurrent,
        int maxConnections,
        int threads,
        Duration idleTimeout,
        Duration bodyTimeout,
        Duration stopTimeout) {

    private static final int MOST_THREADS = 32_767;
    /** For what is not in flight yet or any more. */
    private static final int RESERVE = 64;

    private static final int KIB = 1024;
    private static final int MIB = KIB * KIB;
    private static final long SMALLEST_BUFFERED = 64L * MIB;

    private static final Knob HOST = Knob.text("serai.http.host", "127.0.0.1", "address to listen on");
    private static final Knob PORT =
            Knob.number("serai.http.port", "8080", 0, 65_535, "port to listen on; 0 is any free one");
    private static final Knob CERTIFICATE =
            Knob.text("serai.http.tls.certificate", "no file", "PEM file of the certificate chain to listen with TLS");
    private static final Knob KEY =
            Knob.text("serai.http.tls.key", "no file", "PEM file of the private key of that certificate");
    private static final Knob MAX_BODY = Knob.number(
            "serai.http.max-body", "4194304", 1, 1_073_741_823, "largest request body, in bytes; beyond it 413");
    private static final Knob MAX_BUFFERED = Knob.number(
            "serai.http.max-buffered",
            "a quarter of the heap, at least 67108864",
            1,
            Long.MAX_VALUE,
            "bytes of request bodies held at once, over all requests; beyond it 429");
    private static final Knob MAX_HEADER = Knob.number(
            "serai.http.max-header", "16384", 512, MIB, "largest request head, in bytes; beyond it 431 or 414");
    private static final Knob MAX_CONCURRENT =
            Knob.number("serai.http.max-concurrent", "4096", 1, MIB, "requests in progress at once; beyond it 429");
    private static final Knob MAX_CONNECTIONS = Knob.number(
            "serai.http.max-connections", "16384", 1, MIB, "open connections; a further one is closed at once");
    private static final Knob THREADS = Knob.number(
            "serai.http.threads",
            "serai.limits.in-flight and 64 more",
            1,
            32_767,
            "threads for requests; without effect on Java 21 and later");
    private static final Knob IDLE_TIMEOUT = Knob.duration(
            "serai.http.idle-timeout",
            "60s",
            "10ms",
            "longest wait for a whole request head, and for a client to take an answer");
    private static final Knob BODY_TIMEOUT = Knob.duration(
            "serai.http.body-timeout", "30s", "10ms", "longest wait for a whole request body; beyond it 408");
    private static final Knob STOP_TIMEOUT = Knob.duration(
            "serai.http.stop-timeout",
            "30s",
            "0ms",
            "longest wait at shutdown for requests in progress, which then get 503; never longer than serai.shutdown-timeout");

    /** The settings that these options are read from. */
    public static List<Knob> knobs() {
        return List.of(
                HOST,
                PORT,
                CERTIFICATE,
                KEY,
                MAX_BODY,
                MAX_BUFFERED,
                MAX_HEADER,
                MAX_CONCURRENT,
                MAX_CONNECTIONS,
                THREADS,
                IDLE_TIMEOUT,
                BODY_TIMEOUT,
                STOP_TIMEOUT);
    }

    /** The same with a stop timeout of at most so long. */
    public HttpServerOptions stoppingWithin(Duration most) {
        return new HttpServerOptions(
                host,
                port,
                tls,
                maxBody,
                maxBuffered,
                maxHeader,
                maxConcurrent,
                maxConnections,
                threads,
                idleTimeout,
                bodyTimeout,
                stopTimeout.compareTo(most) < 0 ? stopTimeout : most);
    }

    /**
     * Reads {@code serai.http.*}; a property that is {@code null} or blank has its default.
     *
     * @throws IllegalArgumentException naming the property, its text and what was expected
     */
    public static HttpServerOptions from(UnaryOperator<@Nullable String> texts) {
        long heapShare = Math.max(SMALLEST_BUFFERED, Runtime.getRuntime().maxMemory() / 4);
        return new HttpServerOptions(
                HOST.text(texts),
                PORT.integer(texts),
                tls(texts),
                MAX_BODY.integer(texts),
                MAX_BUFFERED.isSet(texts) ? MAX_BUFFERED.number(texts) : heapShare,
                MAX_HEADER.integer(texts),
                MAX_CONCURRENT.integer(texts),
                MAX_CONNECTIONS.integer(texts),
                THREADS.isSet(texts)
                        ? THREADS.integer(texts)
                        : Math.min(MOST_THREADS, AdmissionLimits.from(texts).inFlight() + RESERVE),
                IDLE_TIMEOUT.duration(texts),
                BODY_TIMEOUT.duration(texts),
                STOP_TIMEOUT.duration(texts));
    }

    private static @Nullable TlsFiles tls(UnaryOperator<@Nullable String> texts) {
        if (CERTIFICATE.isSet(texts) != KEY.isSet(texts)) {
            throw new IllegalArgumentException(
                    CERTIFICATE.property() + " and " + KEY.property() + " are set together or not at all");
        }
        return CERTIFICATE.isSet(texts)
                ? new TlsFiles(Path.of(CERTIFICATE.text(texts)), Path.of(KEY.text(texts)))
                : null;
    }
}
