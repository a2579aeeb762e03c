package dev.serai.credential;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Where secrets may be sent: over https, or to this machine. */
public final class SecureUrl {
    /** What is expected, in words. */
    public static final String EXPECTED =
            "an https URL, or http with a loopback address, without user information and fragment";

    private static final Pattern LOOPBACK = Pattern.compile("localhost|127(?:\\.[0-9]{1,3}){3}|\\[::1]");
    private static final int LONGEST = 2_048;

    private SecureUrl() {}

    public static boolean isAllowed(@Nullable String url) {
        if (url == null || url.length() > LONGEST) {
            return false;
        }
        try {
            URI uri = new URI(url);
            String host = uri.getHost();
            return host != null
                    && uri.getRawUserInfo() == null
                    && uri.getRawFragment() == null
                    && ("https".equalsIgnoreCase(uri.getScheme())
                            || ("http".equalsIgnoreCase(uri.getScheme())
                                    && LOOPBACK.matcher(host.toLowerCase(Locale.ROOT))
                                            .matches()));
        } catch (URISyntaxException e) {
            return false;
        }
    }

    /** Scheme, host and port, in the one form that makes equal origins equal (RFC 6454, section 6.2). */
    public static String origin(String url) {
        URI uri = URI.create(url);
        String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
        int usual = scheme.equals("https") ? 443 : 80;
        int port = uri.getPort() < 0 ? usual : uri.getPort();
        return scheme + "://" + String.valueOf(uri.getHost()).toLowerCase(Locale.ROOT)
                + (port == usual ? "" : ":" + port);
    }
}
