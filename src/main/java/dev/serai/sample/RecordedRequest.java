package dev.serai.sample;

import java.util.List;
import java.util.Map;

/**
 * A request as it reached the sample server.
 *
 * @param httpMethod for example {@code POST}
 * @param uri path and query
 * @param headers values by name; look-up ignores case
 * @param body as text; at most the first 64 KiB
 */
public record RecordedRequest(String httpMethod, String uri, Map<String, List<String>> headers, String body) {
    /** The first value of this header; empty where the request has none. */
    public String header(String name) {
        List<String> values = headers.get(name);
        return values == null ? "" : values.get(0);
    }
}
