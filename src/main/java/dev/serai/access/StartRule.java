package dev.serai.access;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/** Where a gateway may listen. */
public final class StartRule {
    private StartRule() {}

    /**
     * Refuses an address that others can reach where nobody is authenticated and nobody said that this is meant.
     *
     * @throws IllegalArgumentException saying what to do
     */
    public static void check(String host, AccessOptions options) {
        if (options.authenticates()) {
            if (options.allowAnonymous()) {
                throw new IllegalArgumentException(
                        "serai.access.allow-anonymous = true contradicts the authentication that is set up: remove one");
            }
        } else if (!options.allowAnonymous() && !isLoopback(host)) {
            throw new IllegalArgumentException("serai.http.host = " + host
                    + " is not a loopback address, and no caller would be authenticated: make a key with"
                    + " bin/serai api-key NAME and set serai.access.api-keys-file, or listen on 127.0.0.1;"
                    + " serai.access.allow-anonymous = true lets everybody in who reaches the port");
        }
    }

    static boolean isLoopback(String host) {
        try {
            return Arrays.stream(InetAddress.getAllByName(host)).allMatch(InetAddress::isLoopbackAddress);
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
