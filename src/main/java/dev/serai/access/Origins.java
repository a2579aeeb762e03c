package dev.serai.access;

import dev.serai.invocation.ErrorCode;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Keeps web pages out. A page of another origin cannot read an answer, but it can send a request; and one whose name is
 * made to point to a loopback address (DNS rebinding) is of the same origin, but shows its name in {@code Host}.
 */
final class Origins {
    private static final Pattern LOOPBACK =
            Pattern.compile("localhost|[a-z0-9.-]{1,200}\\.localhost|127(?:\\.[0-9]{1,3}){3}|\\[::1]");
    private static final Pattern PORT = Pattern.compile(":[0-9]{1,5}$");
    private static final Pattern USUAL_PORT = Pattern.compile(":(?:80|443)$");

    private final boolean checkHost;
    private final Set<String> hosts;
    private final Set<String> origins;
    /** The value of {@code Host} that was taken last: usually the next one too. */
    private volatile String taken = "";

    /** @param checkHost whether only names of this machine, and those that are allowed, are taken as {@code Host} */
    Origins(boolean checkHost, Set<String> hosts, Set<String> origins) {
        this.checkHost = checkHost;
        this.hosts = hosts;
        this.origins = origins;
    }

    /** Why the request is not taken; {@code null} where it is. */
    Decision.@Nullable Refused refusal(RequestHead head) {
        List<String> named = head.headers("Host");
        String host = named.size() == 1 ? named.get(0).toLowerCase(Locale.ROOT) : "";
        if (checkHost && !isOurs(host)) {
            return refused("The Host of the request is no name of this machine, and callers are not authenticated:"
                    + " use 127.0.0.1 or localhost, or allow the name with serai.access.allowed-hosts.");
        }
        List<String> from = head.headers("Origin");
        if (!from.isEmpty() && !(from.size() == 1 && isTaken(from.get(0).toLowerCase(Locale.ROOT), host))) {
            return refused("Requests from web pages of this origin are not taken;"
                    + " serai.access.allowed-origins can allow it.");
        }
        return null;
    }

    private boolean isOurs(String host) {
        if (!host.isEmpty() && host.equals(taken)) {
            return true;
        }
        String name = PORT.matcher(host).replaceFirst("");
        boolean ours = LOOPBACK.matcher(name).matches() || hosts.contains(name);
        if (ours) {
            taken = host;
        }
        return ours;
    }

    private boolean isTaken(String origin, String host) {
        if (origins.contains(origin)) {
            return true;
        }
        try {
            String authority = URI.create(origin).getRawAuthority();
            return authority != null && !host.isEmpty() && usual(authority).equals(usual(host));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static String usual(String authority) {
        return USUAL_PORT.matcher(authority).replaceFirst("");
    }

    private static Decision.Refused refused(String detail) {
        return Decision.Refused.of(ErrorCode.FORBIDDEN, detail, Map.of());
    }
}
