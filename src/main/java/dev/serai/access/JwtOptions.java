package dev.serai.access;

import dev.serai.setting.Knob;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Whose tokens are good.
 *
 * @param issuer the {@code iss} that a token must have
 * @param audience what a token's {@code aud} must name
 * @param jwksUrl where the issuer's public keys are
 * @param clockSkew how far the issuer's clock may be off
 * @param keysTtl how long fetched keys are taken as they are
 * @param keysInterval shortest time between two fetches that a token with an unknown key causes
 * @param keysStale how long former keys are used while none can be fetched
 */
public record JwtOptions(
        String issuer,
        String audience,
        URL jwksUrl,
        Duration clockSkew,
        Duration keysTtl,
        Duration keysInterval,
        Duration keysStale) {

    private static final Knob ISSUER =
            Knob.text("serai.access.jwt.issuer", "no issuer", "issuer whose tokens are good, as in their iss");
    private static final Knob AUDIENCE =
            Knob.text("serai.access.jwt.audience", "no audience", "what the aud of a token must name");
    private static final Knob JWKS_URL = Knob.text(
            "serai.access.jwt.jwks-url", "no address", "https address of the issuer's public keys, a JWK set");
    private static final Knob CLOCK_SKEW =
            Knob.duration("serai.access.jwt.clock-skew", "60s", "0ms", "how far the issuer's clock may be off");
    private static final Knob KEYS_TTL = Knob.duration(
            "serai.access.jwt.keys-ttl", "5m", "1ms", "how long fetched keys are used before they are fetched again");
    private static final Knob KEYS_INTERVAL = Knob.duration(
            "serai.access.jwt.keys-interval",
            "30s",
            "1ms",
            "shortest time between fetches that tokens with unknown keys cause; below keys-ttl");
    private static final Knob KEYS_STALE = Knob.duration(
            "serai.access.jwt.keys-stale", "24h", "1ms", "how long former keys are used while none can be fetched");

    /** The settings that these options are read from. */
    static List<Knob> knobs() {
        return List.of(ISSUER, AUDIENCE, JWKS_URL, CLOCK_SKEW, KEYS_TTL, KEYS_INTERVAL, KEYS_STALE);
    }

    /** {@code null} where no tokens are taken. */
    static @Nullable JwtOptions from(UnaryOperator<@Nullable String> texts) {
        List<Knob> needed = List.of(ISSUER, AUDIENCE, JWKS_URL);
        if (needed.stream().noneMatch(knob -> knob.isSet(texts))) {
            return null;
        }
        for (Knob knob : needed) {
            if (!knob.isSet(texts)) {
                throw new IllegalArgumentException(
                        knob.property() + " is not set: tokens need an issuer, an audience and an address of keys");
            }
        }
        Duration ttl = KEYS_TTL.duration(texts);
        Duration interval = KEYS_INTERVAL.duration(texts);
        if (interval.compareTo(ttl) >= 0) {
            throw new IllegalArgumentException(KEYS_INTERVAL.property() + ": expected less than " + KEYS_TTL.property()
                    + ", which is " + ttl.toMillis() + "ms");
        }
        return new JwtOptions(
                ISSUER.text(texts),
                AUDIENCE.text(texts),
                jwksUrl(JWKS_URL.text(texts)),
                CLOCK_SKEW.duration(texts),
                ttl,
                interval,
                KEYS_STALE.duration(texts));
    }

    /** Keys that somebody else could replace on the way are no keys. */
    private static URL jwksUrl(String text) {
        try {
            URI uri = URI.create(text);
            String host = uri.getHost();
            boolean good = host != null
                    && uri.getRawUserInfo() == null
                    && ("https".equalsIgnoreCase(uri.getScheme())
                            || ("http".equalsIgnoreCase(uri.getScheme()) && StartRule.isLoopback(host)));
            if (good) {
                return uri.toURL();
            }
        } catch (IllegalArgumentException | MalformedURLException e) {
            throw wrong(e);
        }
        throw wrong(null);
    }

    private static IllegalArgumentException wrong(@Nullable Exception cause) {
        return new IllegalArgumentException(
                JWKS_URL.property() + ": expected an https URL; http only for a loopback address", cause);
    }
}
