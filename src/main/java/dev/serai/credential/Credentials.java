package dev.serai.credential;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The credentials that declarations refer to. Each is read at its first use and again only when the
 * upstream refused it: a changed file or variable is not noticed before.
 */
public final class Credentials {
    private static final Logger LOG = LoggerFactory.getLogger(Credentials.class);
    private static final int MAX_HELD = 10_000;

    private final CredentialSource source;
    private final Consumer<String> warn;
    private final AtomicLong generations = new AtomicLong();
    private final Set<String> reportedUnset = ConcurrentHashMap.newKeySet();
    private final Cache<CredentialRef, HeldCredential> held =
            Caffeine.newBuilder().maximumSize(MAX_HELD).executor(Runnable::run).build();

    /** @param environment gives a variable's value, or {@code null}; for example {@code System::getenv} */
    public Credentials(Function<String, @Nullable String> environment) {
        this(environment, LOG::warn);
    }

    /** @param warn told what an operator should see; never a value */
    Credentials(Function<String, @Nullable String> environment, Consumer<String> warn) {
        this.source = new CredentialSource(environment);
        this.warn = warn;
    }

    /**
     * The credential as last read. Absent, not an error, if its variable is unset.
     *
     * @throws dev.serai.invocation.CapabilityException {@code upstream_unauthorized} if it is unusable
     */
    public Credential current(CredentialRef ref) {
        return ref.isNone()
                ? Credential.absent(ref, 0)
                : reported(ref, held(ref).current());
    }

    /** Whether {@link #current} has nothing to read. */
    public boolean isRead(CredentialRef ref) {
        HeldCredential known = ref.isNone() ? null : held.getIfPresent(ref);
        return ref.isNone() || (known != null && known.isRead());
    }

    /**
     * A credential newer than the one that the upstream refused: read once for all callers that were
     * refused with the same one. A read that gives the same value is a new generation all the same;
     * without a declared credential the generation stays 0, so that a second try is pointless.
     *
     * @throws dev.serai.invocation.CapabilityException {@code upstream_unauthorized} if it is unusable
     */
    public Credential renew(CredentialRef ref, long failedGeneration) {
        return ref.isNone()
                ? Credential.absent(ref, 0)
                : reported(ref, held(ref).newerThan(failedGeneration));
    }

    /** A sentence for the caller of an upstream that refused a request without a credential. */
    public String explainAbsent(CredentialRef ref) {
        if (ref.isNone()) {
            return "The declaration names no credential; name one with auth_env_var or auth_file.";
        }
        return "No credential was sent because " + whyAbsent(ref) + "; set the variable and start the gateway again"
                + (ref.file() == null ? "." : ", or write the file.");
    }

    private static String whyAbsent(CredentialRef ref) {
        String fileToo = ref.file() == null ? "" : " and the file " + ref.file().getFileName() + " does not exist";
        return "the environment variable " + ref.envVar() + " is not set" + fileToo;
    }

    /** Where the credential comes from and whether it is there, as in {@code env API_TOKEN (set)}; reads nothing else of it. */
    public String describe(CredentialRef ref) {
        if (ref.isNone()) {
            return "none";
        }
        Path file = ref.file();
        boolean usesFile = file != null && Files.exists(file);
        String variable = ref.envVar();
        if (file != null && (usesFile || variable == null)) {
            return "file " + file + (usesFile ? " (present)" : " (absent)");
        }
        return "env " + variable + (source.isSet(variable) ? " (set)" : " (not set)");
    }

    private HeldCredential held(CredentialRef ref) {
        return held.get(ref, same -> new HeldCredential(() -> source.read(same, generations.incrementAndGet())));
    }

    private Credential reported(CredentialRef ref, Credential credential) {
        String variable = ref.envVar();
        if (!credential.present()
                && variable != null
                && reportedUnset.size() < MAX_HELD
                && reportedUnset.add(variable)) {
            warn.accept(
                    "The environment variable " + variable + " is not set: requests that need it carry no credential");
        }
        return credential;
    }
}
