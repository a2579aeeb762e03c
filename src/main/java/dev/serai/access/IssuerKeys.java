package dev.serai.access;

import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.JWKSetCacheRefreshEvaluator;
import com.nimbusds.jose.jwk.source.JWKSetSource;
import com.nimbusds.jose.jwk.source.JWKSetSourceWrapper;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.jwk.source.RateLimitReachedException;
import com.nimbusds.jose.jwk.source.URLBasedJWKSetSource;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URL;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
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
    private final Outcome fetching;

    IssuerKeys(URL url, Duration ttl, Duration interval, Duration stale) {
        this.url = url;
        this.fetching = new Outcome(new URLBasedJWKSetSource<>(url, new Fetch()));
        this.source = JWKSourceBuilder.create(fetching)
                .refreshAheadCache(false)
                .cache(ttl.toMillis(), WAIT_MS)
                .rateLimited(interval.toMillis())
                .outageTolerant(stale.toMillis())
                .build();
    }

    /**
     * The keys that the header may mean; empty where there is none. Fetches, and so takes time, where it has to.
     *
     * @throws RejectedToken where the key may be one that cannot be fetched now
     */
    List<JWK> find(JWSHeader header) throws RejectedToken {
        try {
            List<JWK> found = source.get(new JWKSelector(JWKMatcher.forJWSHeader(header)), null);
            if (found.isEmpty() && fetching.failed) {
                // Not among the former keys, and nobody knows the present ones.
                throw RejectedToken.undecided();
            }
            return found;
        } catch (RateLimitReachedException e) {
            // Not asked again so soon: what is not in a set that has just been fetched is no key of the issuer.
            if (fetching.failed) {
                throw RejectedToken.undecided();
            }
            return List.of();
        } catch (KeySourceException e) {
            LOG.warn("no keys from {}: {}", url.getHost(), e.getClass().getSimpleName());
            throw RejectedToken.undecided();
        }
    }

    /** Remembers how the last fetch ended. */
    private static final class Outcome extends JWKSetSourceWrapper<SecurityContext> {
        private volatile boolean failed;

        Outcome(JWKSetSource<SecurityContext> source) {
            super(source);
        }

        @Override
        public JWKSet getJWKSet(JWKSetCacheRefreshEvaluator refresh, long now, @Nullable SecurityContext context)
                throws KeySourceException {
            failed = true;
            JWKSet keys = getSource().getJWKSet(refresh, now, context);
            failed = false;
            return keys;
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
