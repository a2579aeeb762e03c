package dev.serai.session;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a provider's open-session route got from its server. The id is a secret: it appears in no text form. */
public final class Session {
    private static final String EXPIRES_IN = "expires_in";
    private static final Pattern SECONDS = Pattern.compile("[1-9][0-9]{0,8}");
    private static final int HASH_BYTES = 6;

    private final @Nullable String id;
    private final Map<String, String> facts;
    private final @Nullable String hash;
    private final long ageNanos;
    private volatile boolean suspect;
    private volatile boolean kept;

    /**
     * @param id the server's session id; {@code null} where the server keeps no sessions
     * @param facts what the provider's routes need to know again, for example a negotiated version
     */
    public Session(@Nullable String id, Map<String, String> facts) {
        this(id, facts, -1);
    }

    private Session(@Nullable String id, Map<String, String> facts, long ageNanos) {
        this.id = id;
        this.ageNanos = ageNanos;
        this.facts = Map.copyOf(facts);
        this.hash = id == null ? null : shortHash(id);
    }

    /**
     * One that was opened earlier, by another process or before a restart, and is taken over without a handshake.
     *
     * @param age how long ago it was opened; at least 0
     */
    public static Session restored(@Nullable String id, Map<String, String> facts, Duration age) {
        return new Session(id, facts, Math.max(0, age.toNanos()));
    }

    /** Whether it was taken over instead of opened. */
    public boolean isRestored() {
        return ageNanos >= 0;
    }

    /**
     * How long the server keeps it, by the fact {@value #EXPIRES_IN} (a whole number of seconds, as in RFC 6749
     * section 5.1); forever where there is none, or nothing sensible.
     */
    public long lifeNanos() {
        String seconds = facts.get(EXPIRES_IN);
        if (seconds == null || !SECONDS.matcher(seconds).matches()) {
            return Long.MAX_VALUE;
        }
        return TimeUnit.SECONDS.toNanos(Long.parseLong(seconds));
    }

    /** How old it was when this process got it. */
    public Duration initialAge() {
        return Duration.ofNanos(Math.max(0, ageNanos));
    }

    public @Nullable String id() {
        return id;
    }

    public Map<String, String> facts() {
        return facts;
    }

    public @Nullable String fact(String name) {
        return facts.get(name);
    }

    /** 12 hexadecimal digits of the id's SHA-256; {@code null} without an id. Safe to show. */
    public @Nullable String hash() {
        return hash;
    }

    /** Opened because its predecessor was refused in a way that a bad request can cause too. */
    public boolean suspect() {
        return suspect;
    }

    public void suspect(boolean suspect) {
        if (this.suspect != suspect) {
            this.suspect = suspect;
        }
    }

    /** Whether it is stored outside the pool, so that others may come to use it. */
    public boolean isKept() {
        return kept;
    }

    /** To be called by what stores it. */
    public void keep() {
        kept = true;
    }

    /** To be called by what stored it, when it is there no longer. */
    public void keepNot() {
        kept = false;
    }

    private static String shortHash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, HASH_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public String toString() {
        return "session " + (hash == null ? "(none)" : hash);
    }
}
