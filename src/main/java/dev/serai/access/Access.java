package dev.serai.access;

import dev.serai.capability.CapabilityStore;
import java.time.Clock;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** All that decides about access in one gateway. */
public final class Access implements AutoCloseable {
    private static final long LOOK_SECONDS = 1;

    private final AccessRules rules;
    private final ResourceMetadata metadata;
    private final @Nullable Tokens tokens;
    private final @Nullable ScheduledExecutorService background;
    private final Gate gate;

    /**
     * Reads the keys.
     *
     * @param host where the gateway listens
     * @param url how it is reached, once it listens
     * @param http whether it does
     * @throws IllegalArgumentException for a file that is wrong, saying where
     */
    public Access(AccessOptions options, CapabilityStore store, String host, Supplier<String> url, boolean http) {
        this.rules = new AccessRules(store, options.localRoles());
        JwtOptions jwt = http ? options.jwt() : null;
        String publicUrl = options.publicUrl();
        this.metadata =
                new ResourceMetadata(jwt == null ? null : jwt.issuer(), publicUrl == null ? url : () -> publicUrl);
        this.tokens = jwt == null ? null : new Tokens(new JwtVerifier(jwt, Clock.systemUTC()));
        ApiKeys keys = http && options.apiKeysFile() != null ? new ApiKeys(options.apiKeysFile()) : null;
        this.background = keys == null ? null : looking(keys);
        this.gate = gate(options, host, keys);
    }

    private static ScheduledExecutorService looking(ApiKeys keys) {
        ScheduledExecutorService background = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "serai-access");
            thread.setDaemon(true);
            return thread;
        });
        var unused = background.scheduleWithFixedDelay(keys::look, LOOK_SECONDS, LOOK_SECONDS, TimeUnit.SECONDS);
        return background;
    }

    private Gate gate(AccessOptions options, String host, @Nullable ApiKeys keys) {
        boolean reachable = !StartRule.isLoopback(host);
        // Off loopback and without authentication something in front answers for Host, unless names are given.
        boolean checkHost = !options.authenticates()
                && (!reachable || !options.allowedHosts().isEmpty());
        FailureLimit failures = new FailureLimit(options.failureBurst(), options.failureInterval(), System::nanoTime);
        return new Gate(
                new PathRules(options),
                new Origins(checkHost, options.allowedHosts(), options.allowedOrigins()),
                options.authenticates() ? new Authenticator(keys, tokens, new Challenges(metadata), failures) : null,
                reachable);
    }

    public Gate gate() {
        return gate;
    }

    public AccessRules rules() {
        return rules;
    }

    public ResourceMetadata metadata() {
        return metadata;
    }

    @Override
    public void close() {
        if (background != null) {
            background.shutdownNow();
        }
        if (tokens != null) {
            tokens.close();
        }
    }
}
