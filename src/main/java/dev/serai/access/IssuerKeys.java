package dev.serai.access;

import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.jwk.source.RateLimitReachedException;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URL;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The issuer's public keys: cached, fetched again for an unknown key but not often, kept while they cannot be fetched. */
final class IssuerKeys {
    private static final Logger LOG = LoggerFactory.getLogger(IssuerKeys.class);
    private static final int TIMEOUT_MS = 3_000;
    private static final int LARGEST = 256 * 1024;
    /** How long a thread waits for another that fetches. */
    private static final long WAIT_MS = 2 * TIMEOUT_MS + 1_000L;

    private final JWKSource<SecurityContext> source;
    private final URL url;
    private volatile boolean known;

    IssuerKeys(URL url, Duration ttl, Duration interval, Duration stale) {
        this.url = url;
        this.source = JWKSourceBuilder.create(url, new Fetch())
                .refreshAheadCache(false)
                .cache(ttl.toMillis(), WAIT_MS)
                .rateLimited(interval.toMillis())
                .outageTolerant(stale.toMillis())
                .build();
    }

    /**
     * The keys that the header may mean; empty where there is none. Fetches, and so takes time, where it has to.
     *
     * @throws RejectedToken where no keys are known and none can be fetched
     */
    List<JWK> find(JWSHeader header) throws RejectedToken {
        try {
            List<JWK> found = source.get(new JWKSelector(JWKMatcher.forJWSHeader(header)), null);
            known = true;
            return found;
        } catch (RateLimitReachedException e) {
            // Not asked again so soon: the key is unknown if others are known.
            if (known) {
                return List.of();
            }
            throw RejectedToken.undecided();
        } catch (KeySourceException e) {
            known = false;
            LOG.warn("no keys from {}: {}", url.getHost(), e.getClass().getSimpleName());
            throw RejectedToken.undecided();
        }
    }

    /** Bounded in time and size; goes to the address that the operator named and nowhere else. */
    private static final class Fetch extends DefaultResourceRetriever {
        Fetch() {
            super(TIMEOUT_MS, TIMEOUT_MS, LARGEST);
        }

        @Override
        protected HttpURLConnection openHTTPConnection(URL url) throws IOException {
            HttpURLConnection connection = super.openHTTPConnection(url);
            connection.setInstanceFollowRedirects(false);
            return connection;
        }
    }
}
