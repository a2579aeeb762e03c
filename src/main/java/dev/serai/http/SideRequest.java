package dev.serai.http;

import java.time.Duration;
import java.util.Map;

/**
 * A small request beside the calls of capabilities.
 *
 * @param method GET or POST
 * @param url http or https
 * @param headers without {@code Host} and {@code Content-Length}
 * @param body sent with a POST
 * @param maxBody largest answer, in bytes
 * @param timeout longest that all of it may take
 * @param publicOnly whether an address that only this machine or its network reaches is refused
 */
public record SideRequest(
        String method,
        String url,
        Map<String, String> headers,
        String body,
        int maxBody,
        Duration timeout,
        boolean publicOnly) {
    @Override
    public String toString() {
        return method + " " + ServerName.of(url);
    }
}
