package dev.serai.credential;

import org.jspecify.annotations.Nullable;

/** Gets the tokens of declarations that name a client of an authorization server. Every method but those that say so may wait. */
public interface TokenSource {
    /** What {@link #current} gives without waiting; {@code null} where it would wait. Does not wait. */
    @Nullable
    Credential good(CredentialRef ref);

    /**
     * A token that is good, as far as is known; absent where the server has not yet said where tokens come from.
     *
     * @throws dev.serai.invocation.CapabilityException if there is none
     */
    Credential current(CredentialRef ref);

    /** The token held, good or not; absent where there is none. Does not wait. */
    Credential held(CredentialRef ref);

    /**
     * A token newer than the one that the server refused, with which new sessions begin.
     *
     * @param challenge what the server said; {@code null} where it said nothing
     * @throws dev.serai.invocation.CapabilityException if there is none
     */
    Credential renew(CredentialRef ref, long failedGeneration, @Nullable Challenge challenge);

    /** Whether {@link #widen} would ask for more than the refused token was asked with. Does not wait. */
    boolean canWiden(CredentialRef ref, long failedGeneration, Challenge challenge);

    /**
     * A token with the scopes asked for so far and those of the challenge.
     *
     * @param newSessions whether new sessions begin with it
     * @throws dev.serai.invocation.CapabilityException if there is none
     */
    Credential widen(CredentialRef ref, long failedGeneration, Challenge challenge, boolean newSessions);
}
