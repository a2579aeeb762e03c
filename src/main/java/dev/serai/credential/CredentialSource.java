package dev.serai.credential;

import org.jspecify.annotations.Nullable;

/** Reads the value that a reference points to. What it says on failure holds no part of the value. */
final class CredentialSource {
    private final Secrets secrets;

    CredentialSource(Secrets secrets) {
        this.secrets = secrets;
    }

    /** The credential, absent if only an unset variable is named; {@code upstream_unauthorized} if it is unusable. */
    Credential read(CredentialRef ref, long generation) {
        @Nullable String value = secrets.read(ref.envVar(), ref.file());
        if (value == null) {
            return Credential.absent(ref, generation);
        }
        try {
            return Credential.of(ref, generation, value);
        } catch (IllegalArgumentException e) {
            throw Secrets.unusable(Secrets.label(ref.envVar(), ref.file()) + " " + e.getMessage());
        }
    }
}
