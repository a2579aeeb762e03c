package dev.serai.session;

/**
 * What calls must have in common to share sessions. Never the capability: all capabilities of one
 * server share.
 *
 * @param provider the provider's name
 * @param serverUrl the normalised server URL
 * @param credential the credential's identity: a hash in hexadecimal, or {@code none}
 * @param credentialGeneration which read of the credential; a later read has a higher number
 * @param scope who shares, for example {@code shared} or {@code conversation:<hash>}
 */
public record SessionKey(
        String provider, String serverUrl, String credential, long credentialGeneration, String scope) {
    private static final int SHOWN_DIGITS = 8;

    /** Safe to show: the URL without user info, query and fragment, the credential's hash shortened. */
    @Override
    public String toString() {
        String shortCredential = credential.substring(0, Math.min(SHOWN_DIGITS, credential.length()));
        return provider + " " + plainUrl() + " credential " + shortCredential + " generation " + credentialGeneration
                + " scope " + scope;
    }

    private String plainUrl() {
        return serverUrl.replaceFirst("[?#].*$", "").replaceFirst("//[^/]*@", "//");
    }
}
