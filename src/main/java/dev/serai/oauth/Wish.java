package dev.serai.oauth;

import dev.serai.credential.Challenge;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the server of a capability has said about the tokens that it wants.
 *
 * @param metadataUrl where its metadata are; {@code null} where it did not say
 * @param scopes that a refusal of every token named
 * @param more scopes that single requests needed beside those
 */
record Wish(@Nullable String metadataUrl, Set<String> scopes, Set<String> more) {
    static final Wish NONE = new Wish(null, Set.of(), Set.of());

    /** After a refusal of the token as such. */
    Wish after(@Nullable Challenge challenge) {
        if (challenge == null) {
            return this;
        }
        return new Wish(
                challenge.resourceMetadata() == null ? metadataUrl : challenge.resourceMetadata(),
                challenge.scopes().isEmpty() ? scopes : challenge.scopes(),
                more);
    }

    Wish with(Set<String> scopesToo) {
        Set<String> all = new LinkedHashSet<>(more);
        all.addAll(scopesToo);
        return new Wish(metadataUrl, scopes, all);
    }
}
