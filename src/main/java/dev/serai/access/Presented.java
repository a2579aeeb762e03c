package dev.serai.access;

import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The credential of a request. Has no text form that shows it.
 *
 * @param credential what was sent; {@code null} where nothing was
 * @param bearer whether it came as a bearer token, so that it may be a token of an issuer
 * @param mistake why the request is not well-formed; {@code null} where it is
 */
record Presented(
        @Nullable String credential,
        boolean bearer,
        @Nullable String mistake) {
    static final String AUTHORIZATION = "Authorization";
    static final String API_KEY = "X-API-Key";

    /** RFC 6750 section 2.1, and an end. */
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9._~+/-]{1,8192}=*");

    private static final String SCHEME = "bearer ";
    private static final int LONGEST = 8_200;
    private static final Presented NOTHING = new Presented(null, false, null);

    static Presented of(RequestHead head) {
        List<String> authorization = head.headers(AUTHORIZATION);
        List<String> keys = head.headers(API_KEY);
        if (authorization.size() + keys.size() > 1) {
            return new Presented(null, false, "more than one credential was sent; expected one");
        }
        if (keys.size() == 1) {
            return wellFormed(keys.get(0).trim(), false);
        }
        if (authorization.isEmpty()) {
            return NOTHING;
        }
        String value = authorization.get(0).trim();
        // Another scheme is no credential here, so the answer says which one is.
        return value.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                ? wellFormed(value.substring(SCHEME.length()).trim(), true)
                : NOTHING;
    }

    private static Presented wellFormed(String credential, boolean bearer) {
        boolean good =
                credential.length() <= LONGEST && FORM.matcher(credential).matches();
        return good
                ? new Presented(credential, bearer, null)
                : new Presented(null, bearer, "the credential is empty, too long, or has characters that none has");
    }

    /** The mistake, where there is one. */
    String whyNot() {
        return mistake == null ? "" : mistake;
    }

    @Override
    public String toString() {
        return "Presented";
    }
}
