package dev.serai.oauth;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.serai.credential.OAuthRef;
import dev.serai.credential.ScopeText;
import dev.serai.http.ServerName;
import dev.serai.invocation.CapabilityException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gets tokens for one client, and remembers where they come from. Used by one thread after another. */
final class Acquisition {
    private static final Logger LOG = LoggerFactory.getLogger(Acquisition.class);
    private static final long METADATA_LIFE = Duration.ofHours(1).toNanos();

    private final OAuthRef client;
    private final Discovery discovery;
    private final TokenEndpoint endpoint;
    private final ClientAuthentication authentication;
    private final Ticker ticker;
    private @Nullable AuthorizationServer server;
    private @Nullable String foundBy;
    private long foundAt;
    private @Nullable String pinned;

    Acquisition(
            OAuthRef client,
            Discovery discovery,
            TokenEndpoint endpoint,
            ClientAuthentication authentication,
            Ticker ticker) {
        this.client = client;
        this.discovery = discovery;
        this.endpoint = endpoint;
        this.authentication = authentication;
        this.ticker = ticker;
    }

    /** @throws CapabilityException where there is none */
    Acquired get(Wish wish) {
        try {
            AuthorizationServer from = server(wish.metadataUrl());
            Set<String> scopes = scopes(from, wish);
            String clientId = authentication.clientId(client);
            long askedAt = ticker.read();
            TokenAnswer answer = endpoint.request(client, from, scopes);
            LOG.debug("{} gave {}", ServerName.of(from.tokenEndpoint()), answer);
            return new Acquired(answer, clientId, askedAt, scopes);
        } catch (CapabilityException e) {
            if (!Failures.isTransient(e)) {
                // It may have moved.
                server = null;
            }
            throw e;
        }
    }

    private AuthorizationServer server(@Nullable String metadataUrl) {
        AuthorizationServer known = server;
        boolean fresh =
                known != null && Objects.equals(foundBy, metadataUrl) && ticker.read() - foundAt < METADATA_LIFE;
        if (known != null && fresh) {
            return known;
        }
        AuthorizationServer found;
        try {
            found = discovery.find(client, metadataUrl, pinned);
        } catch (CapabilityException e) {
            if (known != null && Failures.isTransient(e)) {
                return known;
            }
            throw e;
        }
        if (found.named() && pinned == null && found.issuer() != null) {
            pinned = found.issuer();
            LOG.warn(
                    "the server {} chose {} as the one that gets the client's credential; oauth_issuer in its declarations"
                            + " leaves it no choice",
                    ServerName.of(client.serverUrl()),
                    ServerName.of(found.issuer()));
        }
        server = found;
        foundBy = metadataUrl;
        foundAt = ticker.read();
        return found;
    }

    /** The declared scopes, else those that the server asked for, else all that it knows; and what single requests need. */
    private Set<String> scopes(AuthorizationServer from, Wish wish) {
        Set<String> declared = client.scope() == null ? null : ScopeText.read(client.scope());
        Set<String> scopes = new LinkedHashSet<>(
                declared != null ? declared : wish.scopes().isEmpty() ? from.scopes() : wish.scopes());
        scopes.addAll(wish.more());
        return scopes;
    }
}
