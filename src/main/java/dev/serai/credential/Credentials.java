package dev.serai.credential;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.serai.invocation.CallerToken;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
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

    private final Secrets secrets;
    private final CredentialSource source;
    private final Consumer<String> warn;
    private final AtomicLong generations;
    private final @Nullable TokenSource tokens;
    private final Set<String> reportedUnset = ConcurrentHashMap.newKeySet();
    private final Cache<CredentialRef, HeldCredential> held =
            Caffeine.newBuilder().maximumSize(MAX_HELD).executor(Runnable::run).build();

    /** @param environment gives a variable's value, or {@code null}; for example {@code System::getenv} */
    public Credentials(Function<String, @Nullable String> environment) {
        this(environment, LOG::warn, new AtomicLong(), null);
    }

    /**
     * With tokens too.
     *
     * @param environment as above
     * @param generations counts the reads of all credentials
     * @param tokens gets those of OAuth clients
     */
    public Credentials(Function<String, @Nullable String> environment, AtomicLong generations, TokenSource tokens) {
        this(environment, LOG::warn, generations, tokens);
    }

    /** @param warn told what an operator should see; never a value */
    Credentials(
            Function<String, @Nullable String> environment,
            Consumer<String> warn,
            AtomicLong generations,
            @Nullable TokenSource tokens) {
        this.secrets = new Secrets(environment);
        this.source = new CredentialSource(secrets);
        this.warn = warn;
        this.generations = generations;
        this.tokens = tokens;
    }

    /**
     * The credential as last read, or a token that is still good. Absent, not an error, if its variable is unset.
     *
     * @throws dev.serai.invocation.CapabilityException {@code upstream_unauthorized} if it is unusable
     */
    public Credential current(CredentialRef ref) {
        if (ref.isCallers()) {
            return callers(ref, null);
        }
        if (ref.oauth() != null) {
            return tokens().current(ref);
        }
        return ref.isNone()
                ? Credential.absent(ref, 0)
                : reported(ref, held(ref).current());
    }

    /**
     * The same for one call.
     *
     * @param token with which its caller came
     */
    public Credential current(CredentialRef ref, @Nullable CallerToken token) {
        return ref.isCallers() ? callers(ref, token) : current(ref);
    }

    /** The same where nothing has to be read or asked for; else {@code null}. */
    public @Nullable Credential currentNow(CredentialRef ref, @Nullable CallerToken token) {
        return ref.isCallers() ? callers(ref, token) : currentNow(ref);
    }

    private static Credential callers(CredentialRef ref, @Nullable CallerToken token) {
        if (token == null) {
            throw new CapabilityException(
                    ErrorCode.UPSTREAM_UNAUTHORIZED,
                    "the server is called with the caller's own token, and this call came with none: expected a call over"
                            + " HTTP with a bearer token of an issuer that serai.access.jwt.* names; nothing was sent");
        }
        try {
            return Credential.of(ref, 0, token.value());
        } catch (IllegalArgumentException e) {
            throw Secrets.unusable("the caller's token " + e.getMessage());
        }
    }

    /** The same where nothing has to be read or asked for; else {@code null}. */
    public @Nullable Credential currentNow(CredentialRef ref) {
        if (ref.oauth() != null) {
            return tokens().good(ref);
        }
        HeldCredential known = ref.isNone() ? null : held.getIfPresent(ref);
        return ref.isNone() || (known != null && known.isRead()) ? current(ref) : null;
    }

    /**
     * A credential newer than the one that the upstream refused: read once for all callers that were
     * refused with the same one. A read that gives the same value is a new generation all the same;
     * without a declared credential the generation stays 0, so that a second try is pointless.
     *
     * @param challenge what the upstream said with its refusal; {@code null} where it said nothing
     * @throws dev.serai.invocation.CapabilityException {@code upstream_unauthorized} if it is unusable
     */
    public Credential renew(CredentialRef ref, long failedGeneration, @Nullable Challenge challenge) {
        if (ref.oauth() != null) {
            return tokens().renew(ref, failedGeneration, challenge);
        }
        return ref.isNone()
                ? Credential.absent(ref, 0)
                : reported(ref, held(ref).newerThan(failedGeneration));
    }

    /** Whether {@link #widen} would ask for more than the refused credential was asked with. */
    public boolean canWiden(CredentialRef ref, long failedGeneration, @Nullable Challenge challenge) {
        return ref.oauth() != null
                && challenge != null
                && challenge.insufficientScope()
                && tokens().canWiden(ref, failedGeneration, challenge);
    }

    /**
     * A token with the scopes that the upstream asks for.
     *
     * @param newSessions whether the sessions with the refused one are given up
     */
    public Credential widen(CredentialRef ref, long failedGeneration, Challenge challenge, boolean newSessions) {
        return tokens().widen(ref, failedGeneration, challenge, newSessions);
    }

    /** What a request that is made now for a session that has been opened with this credential carries. */
    public Credential latest(CredentialRef ref, Credential openedWith) {
        if (ref.oauth() == null || !openedWith.present()) {
            return openedWith;
        }
        Credential now = tokens().current(ref);
        return now.identity().equals(openedWith.identity()) ? now : openedWith;
    }

    /** What sessions opened now would belong to. Asks for no token. */
    public long knownGeneration(CredentialRef ref) {
        if (ref.isCallers()) {
            return 0;
        }
        if (ref.oauth() != null) {
            return tokens().held(ref).valueGeneration();
        }
        return current(ref).valueGeneration();
    }

    private TokenSource tokens() {
        if (tokens == null) {
            throw new IllegalStateException("nothing here gets tokens");
        }
        return tokens;
    }

    /** A sentence for the caller of an upstream that refused a request without a credential. */
    public String explainAbsent(CredentialRef ref) {
        if (ref.isNone()) {
            return "The declaration names no credential; name one with auth_env_var or auth_file.";
        }
        if (ref.oauth() != null) {
            return "No token was sent, because it is not known where tokens for this server come from; declare oauth_issuer"
                    + " or oauth_token_url.";
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
        if (ref.isCallers()) {
            return "the caller's own token, to " + ref.callerOrigin();
        }
        Path file = ref.file();
        OAuthRef oauth = ref.oauth();
        if (oauth != null) {
            OAuthRef.Place place = oauth.secret().isNone() ? oauth.key() : oauth.secret();
            return "token of an OAuth client with the " + (oauth.secret().isNone() ? "key" : "secret") + " in "
                    + describe(new CredentialRef(place.variable(), place.file(), AuthScheme.BEARER, null));
        }
        boolean usesFile = file != null && Files.exists(file);
        String variable = ref.envVar();
        if (file != null && (usesFile || variable == null)) {
            return "file " + file + (usesFile ? " (present)" : " (absent)");
        }
        return "env " + variable + (secrets.isSet(variable) ? " (set)" : " (not set)");
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
