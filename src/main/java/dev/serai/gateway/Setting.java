package dev.serai.gateway;

import dev.serai.capability.CatalogLoader;
import dev.serai.setting.Knob;

/** Every setting of the gateway outside the HTTP entry. */
enum Setting {
    MAX_ARGUMENTS(
            Knob.number("serai.max-arguments", "4194304", 1, 1_073_741_823, "largest arguments of a call, in bytes")),
    MAX_METADATA(Knob.number(
            "serai.max-metadata",
            Integer.toString(CatalogLoader.MAX_METADATA),
            1,
            1_048_576,
            "most metadata of one capability, keys and values together, in bytes")),
    CALLABLE_ROUTES(Knob.text(
            "serai.callable-routes",
            "all of your own",
            "names of the routes that declarations may call, separated by commas, with * for anything")),
    TIMEOUT(Knob.duration("serai.timeout", "30s", "1ms", "longest a call may take where policy_timeout says nothing")),
    TIMEOUT_STREAMING(Knob.duration(
            "serai.timeout.streaming", "300s", "1ms", "the same for a caller that asks for an event stream")),
    HISTORY(Knob.number(
            "serai.history", "1000", 0, 1_000_000, "calls that ended which GET /admin/invocations still knows")),
    RATE_LIMIT_STORE(Knob.text(
            "serai.rate-limit.store",
            "memory",
            "where the calls of policy_rate_limit are counted: memory (each gateway by itself), or redis (all together, with"
                    + " the server and the key of serai.store)")),
    CACHE_MAX_BYTES(Knob.number(
            "serai.cache.max-bytes",
            "33554432",
            1,
            1_073_741_823,
            "answers that policy_cache_ttl has kept, all together, in bytes")),
    SESSION_IDLE(Knob.duration("serai.session.idle", "15m", "1ms", "an unused session is closed after this")),
    SESSION_MAX_AGE(
            Knob.duration("serai.session.max-age", "8h", "1ms", "a session is closed after this, however busy")),
    SESSION_POOL_SIZE(Knob.number("serai.session.pool-size", "1", 1, 1_000, "sessions per key")),
    SESSION_CONCURRENCY(
            Knob.number("serai.session.concurrency", "0", 0, 1_000_000, "calls at a time per session; 0 is unlimited")),
    SESSION_MAX(Knob.number(
            "serai.session.max", "10000", 1, 10_000_000, "sessions kept in all; beyond it the least used is closed")),
    SESSION_MAX_WAITERS(Knob.number(
            "serai.session.max-waiters", "1000", 0, 1_000_000, "calls that wait for one busy session; beyond it 429")),
    SESSION_OPEN_TIMEOUT(
            Knob.duration("serai.session.open-timeout", "10s", "1ms", "longest that opening a session may take")),
    SESSION_CLOSE_TIMEOUT(
            Knob.duration("serai.session.close-timeout", "1s", "1ms", "longest that closing a session may take")),
    SESSION_DRAIN_TIMEOUT(Knob.duration(
            "serai.session.drain-timeout",
            "5m",
            "1ms",
            "longest that a session out of the pool waits for its calls before it is closed")),
    SESSION_FAILURE_BACKOFF(Knob.duration(
            "serai.session.failure-backoff",
            "500ms",
            "0ms",
            "how long a failed opening is answered without a new try, doubled with each failure in a row")),
    SESSION_FAILURE_BACKOFF_MAX(Knob.duration(
            "serai.session.failure-backoff-max", "10s", "0ms", "what the doubling of failure-backoff ends at")),
    UPSTREAM_MAX_BODY(Knob.number(
            "serai.upstream.max-body", "16777216", 1, 1_073_741_823, "largest answer of an upstream, in bytes")),
    UPSTREAM_MAX_BUFFERED(
            Knob.number(
                    "serai.upstream.max-buffered",
                    "134217728",
                    1,
                    Long.MAX_VALUE,
                    "bytes of answers of upstreams in memory at once, over all calls and without the first 65536 of each; an answer beyond it is an error of its call")),
    UPSTREAM_CONNECTIONS_PER_SERVER(Knob.number(
            "serai.upstream.connections-per-server", "1024", 1, 1_000_000, "open connections to one upstream")),
    UPSTREAM_CONNECT_TIMEOUT(Knob.duration(
            "serai.upstream.connect-timeout", "10s", "1ms", "longest wait for a TCP, TLS or HTTP/2 handshake")),
    UPSTREAM_TLS_CA(Knob.text(
            "serai.upstream.tls.ca", "those of the JVM", "PEM file of the certificates that upstreams are trusted by")),
    UPSTREAM_TLS_CERTIFICATE(Knob.text(
            "serai.upstream.tls.certificate",
            "no file",
            "PEM file of the certificate chain that is shown to upstreams that ask for one")),
    UPSTREAM_TLS_KEY(Knob.text("serai.upstream.tls.key", "no file", "PEM file of the private key of that certificate")),
    UPSTREAM_PROXY(Knob.text(
            "serai.upstream.proxy", "no proxy", "HTTP proxy between gateway and upstreams, http://host:port")),
    UPSTREAM_NO_PROXY(Knob.text(
            "serai.upstream.no-proxy",
            "no hosts",
            "hosts, or .suffix of hosts, that are reached without it, as this machine always is")),
    UPSTREAM_IDLE_TIMEOUT(
            Knob.duration(
                    "serai.upstream.idle-timeout",
                    "30s",
                    "1ms",
                    "an unused connection is closed after this, in whole seconds, or 2s before the time that its server names in Keep-Alive, though not before 1s")),
    STDIO_MAX_PROCESSES(Knob.number(
            "serai.stdio.max-processes", "64", 1, 10_000, "processes of listed stdio servers that run at a time")),
    STDIO_MAX_LINE(Knob.number(
            "serai.stdio.max-line",
            "16777216",
            1_024,
            1_073_741_823,
            "longest line that a stdio server may write, in bytes")),
    STDIO_IDLE(Knob.duration(
            "serai.stdio.idle",
            "15m",
            "1ms",
            "an unused process that serves calls without a session is ended after this")),
    STDIO_STOP_TIMEOUT(Knob.duration(
            "serai.stdio.stop-timeout",
            "2s",
            "0ms",
            "how long a process may take to end by itself before it is killed with its children")),
    OAUTH_TIMEOUT(Knob.duration(
            "serai.oauth.timeout", "10s", "1ms", "longest that one request to an authorization server may take")),
    METRICS_CAPABILITIES(Knob.number(
            "serai.metrics.capabilities",
            "500",
            0,
            100_000,
            "capabilities that have metrics of their own; the others share the label other")),
    TRACE_ENDPOINT(Knob.text(
            "serai.trace.otlp-endpoint",
            "none",
            "URL of the collector that gets traces over OTLP/HTTP; none sends none")),
    TRACE_SAMPLE_PERCENT(Knob.number(
            "serai.trace.sample-percent",
            "100",
            0,
            100,
            "traces of a hundred that are kept where the caller does not say")),
    STORE(Knob.text(
            "serai.store",
            "none",
            "where sessions outlive the gateway: none, file (one gateway), or redis (several share them)")),
    STORE_FILE(Knob.text("serai.store.file", "serai-sessions.store", "the file, where serai.store is file")),
    STORE_KEY_ENV(Knob.text(
            "serai.store.key-env",
            "SERAI_STORE_KEY",
            "the environment variable with the encryption key: 32 bytes in base64 or hexadecimal; several, separated by"
                    + " commas: the first encrypts, all decrypt")),
    STORE_KEY_FILE(Knob.text("serai.store.key-file", "no file", "a file with the same, instead of the variable")),
    STORE_REDIS_URL(Knob.text(
            "serai.store.redis-url",
            "redis://127.0.0.1:6379",
            "the server, where serai.store is redis; rediss for TLS; without a password")),
    STORE_REDIS_URL_ENV(Knob.text(
            "serai.store.redis-url-env",
            "no variable",
            "the environment variable with the server instead, which may hold a password")),
    STORE_TIMEOUT(
            Knob.duration("serai.store.timeout", "500ms", "10ms", "longest that one access to the store may take")),
    STORE_LEASE(Knob.duration(
            "serai.store.lease",
            "3s",
            "100ms",
            "how long the others wait for a gateway that died while it opened a session")),
    DELIVERY_RETRIES(Knob.number(
            "serai.delivery.retries",
            "3",
            0,
            1_000,
            "tries after the first for a message whose call failed in a way that may pass; then it is a dead letter")),
    DELIVERY_RETRY_DELAY(Knob.duration(
            "serai.delivery.retry-delay", "1s", "1ms", "pause before the second try, doubled with each further one")),
    DELIVERY_RETRY_DELAY_MAX(
            Knob.duration("serai.delivery.retry-delay-max", "30s", "1ms", "what the doubling of retry-delay ends at")),
    DELIVERY_STORE(Knob.text(
            "serai.delivery.store",
            "memory",
            "where it is known which messages have been here, so that none runs twice that must not: memory, file (one"
                    + " gateway), or redis (several share it); file and redis need the key of serai.store, redis its"
                    + " server")),
    DELIVERY_FILE(
            Knob.text("serai.delivery.file", "serai-deliveries.store", "the file, where serai.delivery.store is file")),
    DELIVERY_KEEP(Knob.duration("serai.delivery.keep", "24h", "1s", "how long that is known")),
    AUDIT(
            Knob.text(
                    "serai.audit",
                    "auto",
                    "a line in the log for every call: of authenticated callers (auto), of all (log); and for every change through /admin; off writes none")),
    LOG_LEVEL(Knob.text(
            "serai.log.level",
            "INFO for run and demo, else WARN",
            "level of the log of Serai itself: TRACE, DEBUG, INFO, WARN, ERROR or OFF")),
    LOG_FORMAT(Knob.text("serai.log.format", "text", "form of a line in the log: text or json")),
    RELOAD(Knob.flag("serai.reload", true, "whether changed declarations and routes are taken up while running")),
    SHUTDOWN_DELAY(Knob.duration(
            "serai.shutdown-delay",
            "0ms",
            "0ms",
            "how long calls are still taken at shutdown while readiness says no, so that a load balancer can notice")),
    SHUTDOWN_TIMEOUT(Knob.duration(
            "serai.shutdown-timeout",
            "30s",
            "1s",
            "longest that calls in progress and queued ones may take to end at shutdown"));

    @SuppressWarnings("ImmutableEnumChecker") // a record of texts
    private final Knob knob;

    Setting(Knob knob) {
        this.knob = knob;
    }

    Knob knob() {
        return knob;
    }

    String property() {
        return knob.property();
    }
}
