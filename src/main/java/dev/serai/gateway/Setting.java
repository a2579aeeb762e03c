package dev.serai.gateway;

/** Every setting of the gateway outside the HTTP entry, each with its unit, default and lowest value. */
enum Setting {
    MAX_ARGUMENTS("serai.max-arguments", Kind.NUMBER, "4194304", "1", "largest arguments of a call, in bytes"),
    TIMEOUT("serai.timeout", Kind.DURATION, "30s", "1ms", "longest a call may take where policy_timeout says nothing"),
    SESSION_IDLE("serai.session.idle", Kind.DURATION, "15m", "1ms", "an unused session is closed after this"),
    SESSION_MAX_AGE(
            "serai.session.max-age", Kind.DURATION, "8h", "1ms", "a session is closed after this, however busy"),
    SESSION_POOL_SIZE("serai.session.pool-size", Kind.NUMBER, "1", "1", "sessions per key"),
    SESSION_CONCURRENCY(
            "serai.session.concurrency", Kind.NUMBER, "0", "0", "calls at a time per session; 0 is unlimited"),
    SESSION_MAX(
            "serai.session.max", Kind.NUMBER, "10000", "1", "sessions kept in all; beyond it the least used is closed"),
    SESSION_MAX_WAITERS(
            "serai.session.max-waiters",
            Kind.NUMBER,
            "1000",
            "0",
            "calls that wait for one busy session; beyond it 429"),
    SESSION_OPEN_TIMEOUT(
            "serai.session.open-timeout", Kind.DURATION, "10s", "1ms", "longest that opening a session may take"),
    SESSION_CLOSE_TIMEOUT(
            "serai.session.close-timeout", Kind.DURATION, "1s", "1ms", "longest that closing a session may take"),
    SESSION_DRAIN_TIMEOUT(
            "serai.session.drain-timeout",
            Kind.DURATION,
            "5m",
            "1ms",
            "longest that a session out of the pool waits for its calls before it is closed"),
    SESSION_FAILURE_BACKOFF(
            "serai.session.failure-backoff",
            Kind.DURATION,
            "500ms",
            "0ms",
            "how long a failed opening is answered without a new try"),
    UPSTREAM_MAX_BODY(
            "serai.upstream.max-body", Kind.NUMBER, "16777216", "1", "largest answer of an upstream, in bytes"),
    UPSTREAM_MAX_CONNECTIONS(
            "serai.upstream.max-connections", Kind.NUMBER, "4096", "1", "open connections to all upstreams together"),
    UPSTREAM_CONNECTIONS_PER_SERVER(
            "serai.upstream.connections-per-server", Kind.NUMBER, "1024", "1", "open connections to one upstream"),
    UPSTREAM_CONNECT_TIMEOUT(
            "serai.upstream.connect-timeout", Kind.DURATION, "10s", "1ms", "longest wait for a TCP or TLS handshake"),
    UPSTREAM_IDLE_TIMEOUT(
            "serai.upstream.idle-timeout", Kind.DURATION, "30s", "1ms", "an unused connection is closed after this"),
    RELOAD(
            "serai.reload",
            Kind.FLAG,
            "true",
            "false",
            "whether changed declarations and routes are taken up while running"),
    SHUTDOWN_TIMEOUT(
            "serai.shutdown-timeout",
            Kind.DURATION,
            "30s",
            "1ms",
            "longest that calls in progress are waited for at shutdown");

    /** What the text of a setting is. */
    enum Kind {
        NUMBER("a whole number"),
        DURATION("a duration such as 500ms, 30s, 15m or 8h"),
        FLAG("true or false");

        private final String expected;

        Kind(String expected) {
            this.expected = expected;
        }
    }

    private final String property;
    private final Kind kind;
    private final String defaultText;
    private final String lowestText;
    private final String effect;

    Setting(String property, Kind kind, String defaultText, String lowestText, String effect) {
        this.property = property;
        this.kind = kind;
        this.defaultText = defaultText;
        this.lowestText = lowestText;
        this.effect = effect;
    }

    String property() {
        return property;
    }

    String defaultText() {
        return defaultText;
    }

    String lowestText() {
        return lowestText;
    }

    String effect() {
        return effect;
    }

    String expected() {
        return kind.expected;
    }
}
