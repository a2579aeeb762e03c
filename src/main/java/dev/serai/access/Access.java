package dev.serai.access;

import dev.serai.capability.CapabilityStore;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** All that decides about access in one gateway. */
public final class Access implements AutoCloseable {
    private static final long LOOK_SECONDS = 1;

    private final AccessRules rules;
    private final Gate gate;
    private final @Nullable ScheduledExecutorService background;

    /**
     * Reads the keys.
     *
     * @param host where the gateway listens
     * @param http whether it does
     * @throws IllegalArgumentException for a file that is wrong, saying where
     */
    public Access(AccessOptions options, CapabilityStore store, String host, boolean http) {
        this.rules = new AccessRules(store, options.localRoles());
        boolean reachable = !StartRule.isLoopback(host);
        Authenticator authenticator = null;
        if (!http || options.apiKeysFile() == null) {
            background = null;
        } else {
            ApiKeys keys = new ApiKeys(options.apiKeysFile());
            FailureLimit failures =
                    new FailureLimit(options.failureBurst(), options.failureInterval(), System::nanoTime);
            authenticator = new Authenticator(keys, failures);
            background = Executors.newSingleThreadScheduledExecutor(task -> {
                Thread thread = new Thread(task, "serai-access");
                thread.setDaemon(true);
                return thread;
            });
            var unused = background.scheduleWithFixedDelay(keys::refresh, LOOK_SECONDS, LOOK_SECONDS, TimeUnit.SECONDS);
        }
        // Off loopback and without authentication something in front answers for Host, unless names are given.
        boolean checkHost =
                authenticator == null && (!reachable || !options.allowedHosts().isEmpty());
        this.gate = new Gate(
                new PathRules(options),
                new Origins(checkHost, options.allowedHosts(), options.allowedOrigins()),
                authenticator,
                reachable);
    }

    public Gate gate() {
        return gate;
    }

    public AccessRules rules() {
        return rules;
    }

    @Override
    public void close() {
        if (background != null) {
            background.shutdownNow();
        }
    }
}
