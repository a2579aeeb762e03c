package dev.serai.oauth;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.credential.SecureUrl;
import dev.serai.http.SideAnswer;
import dev.serai.http.SideClient;
import dev.serai.http.SideRequest;
import dev.serai.invocation.Json;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Requests to authorization servers, and what they answer as JSON: bounded, without redirects, over safe connections. */
final class Web {
    /** Bytes; documents and token answers are a few hundred to a few thousand. */
    static final int LARGEST = 64 * 1024;

    private static final int REQUEST_TIMEOUT = 408;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int FIRST_SERVER_ERROR = 500;

    private final SideClient client;
    private final Duration timeout;

    /** @param timeout longest that one request may take */
    Web(SideClient client, Duration timeout) {
        this.client = client;
        this.timeout = timeout;
    }

    /** An answer below 500 that is neither a redirect nor a request to come later. */
    record Document(int status, @Nullable JsonNode json) {
        boolean isOk() {
            return status >= 200 && status < 300;
        }
    }

    Document get(String url, boolean publicOnly) {
        return send("GET", url, Map.of("Accept", "application/json"), "", publicOnly);
    }

    Document post(String url, Map<String, String> headers, String form, boolean publicOnly) {
        Map<String, String> all = new HashMap<>(headers);
        all.put("Accept", "application/json");
        all.put("Content-Type", "application/x-www-form-urlencoded");
        return send("POST", url, all, form, publicOnly);
    }

    boolean isPrivate(String url) {
        return client.isPrivate(url);
    }

    private Document send(String method, String url, Map<String, String> headers, String body, boolean publicOnly) {
        if (!SecureUrl.isAllowed(url)) {
            throw Failures.refused(url, "expected " + SecureUrl.EXPECTED);
        }
        SideAnswer answer;
        try {
            answer = client.send(new SideRequest(method, url, headers, body, LARGEST, timeout, publicOnly));
        } catch (IOException e) {
            throw Failures.unavailable(url, String.valueOf(e.getMessage()), e);
        }
        int status = answer.status();
        if (status >= FIRST_SERVER_ERROR || status == TOO_MANY_REQUESTS || status == REQUEST_TIMEOUT) {
            throw Failures.unavailable(url, status);
        }
        if (status >= 300 && status < 400) {
            throw Failures.refused(url, "it answered " + status + ": redirects are not followed");
        }
        if (!answer.whole()) {
            throw Failures.refused(url, "its answer is larger than " + LARGEST + " bytes or broke off");
        }
        return new Document(status, object(answer.body()));
    }

    private static @Nullable JsonNode object(String body) {
        try {
            JsonNode tree = Json.MAPPER.readTree(body);
            return tree != null && tree.isObject() ? tree : null;
        } catch (IOException e) {
            return null;
        }
    }
}
