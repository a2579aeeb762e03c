package dev.serai.session;

import org.jspecify.annotations.Nullable;

/**
 * What calls must have in common to share sessions. Never the capability: all capabilities of one
 * server share.
 *
 * @param provider the provider's name
 * @param serverUrl the normalised server URL
 * @param credential the credential's identity: a hash in hexadecimal, or {@code none}
 * @param credentialGeneration which read of the credential; a later read has a higher number
 * @param scope who shares, for example {@code shared} or {@code conversation:<hash>}, and after a {@code +} what the
 *     server may ask of them
 */
public record SessionKey(
        String provider, String serverUrl, String credential, long credentialGeneration, String scope) {
    private static final int SHOWN_DIGITS = 8;
    private static final int SHOWN_OF_SCOPE = 12;

    /** Safe to show: the URL without user info, query and fragment, the credential's hash shortened. */
    @Override
    public String toString() {
        return provider + " " + plainUrl() + " credential " + shownCredential() + " generation " + credentialGeneration
                + " scope " + scope;
    }

    /** Scheme, host and port of the server; safe to show. */
    String server() {
        String url = plainUrl();
        int host = url.indexOf("//");
        int path = host < 0 ? -1 : url.indexOf('/', host + 2);
        return path < 0 ? url : url.substring(0, path);
    }

    /** The kind of scope, without whose it is. */
    String scopeKind() {
        String whose = whose();
        int end = whose.indexOf(':');
        return end < 0 ? whose : whose.substring(0, end);
    }

    private String whose() {
        int end = scope.indexOf('+');
        return end < 0 ? scope : scope.substring(0, end);
    }

    /** Whose it is, as a hash; null where that is everybody's or one call's. */
    @Nullable
    String principal() {
        String whose = whose();
        int end = whose.indexOf(':');
        return end < 0 ? null : whose.substring(end + 1, Math.min(whose.length(), end + 1 + SHOWN_OF_SCOPE));
    }

    /** The beginning of the credential's hash. */
    String shownCredential() {
        return credential.substring(0, Math.min(SHOWN_DIGITS, credential.length()));
    }

    private String plainUrl() {
        return serverUrl.replaceFirst("[?#].*$", "").replaceFirst("//[^/]*@", "//");
    }
}
