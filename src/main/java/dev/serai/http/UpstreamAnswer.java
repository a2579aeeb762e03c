package dev.serai.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.credential.Challenge;
import dev.serai.invocation.Json;
import dev.serai.invocation.UpstreamText;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/** Puts an answer on the provider route's exchange; one that is not 2xx is an exception. */
final class UpstreamAnswer {
    /** What a provider route set for this request and must not find itself repeating in its next. */
    private static final String[] TARGET = {Exchange.HTTP_METHOD, Exchange.HTTP_PATH, Exchange.HTTP_QUERY};

    private static final Set<HttpMethod> READS = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

    /** Bytes of the body of a refusal that its caller may be told. */
    private static final int MOST_KEPT = 64 * 1024;

    private UpstreamAnswer() {}

    /** @throws UpstreamStatusException where the upstream refuses */
    static void show(Arrival arrival, Exchange exchange, UpstreamCall call, Outbound sent) {
        call.span().set("http.response.status_code", arrival.status());
        if (!arrival.success() && !isTaken(arrival, call)) {
            throw refused(arrival, sent.headers(), call);
        }
        Message to = exchange.getMessage();
        for (String name : TARGET) {
            to.removeHeader(name);
        }
        for (Map.Entry<String, String> header : arrival.headers()) {
            if (UpstreamHeaders.crosses(header.getKey())) {
                List<String> all = arrival.headers().getAll(header.getKey());
                to.setHeader(header.getKey(), all.size() == 1 ? header.getValue() : List.copyOf(all));
            }
        }
        to.setHeader(Exchange.HTTP_RESPONSE_CODE, arrival.status());
        if (!call.takesRefusals() && !READS.contains(sent.method())) {
            call.noteWork();
        }
        to.setBody(arrival.stream() != null ? arrival.stream() : arrival.body().getBytes());
    }

    /** A refusal that the route reads. */
    private static boolean isTaken(Arrival arrival, UpstreamCall call) {
        int status = arrival.status();
        String type = arrival.headers().get("Content-Type");
        return call.takesRefusals()
                && status >= 400
                && status != 401
                && status != 403
                && type != null
                && type.contains("json")
                && arrival.body().length() <= MOST_KEPT;
    }

    private static UpstreamStatusException refused(Arrival arrival, MultiMap sent, UpstreamCall call) {
        int status = arrival.status();
        JsonNode error = rpcError(arrival.body().getBytes());
        Integer code = error == null ? null : Integer.valueOf(error.path("code").asInt());
        String message = error == null
                ? null
                : UpstreamText.excerpt(error.path("message").asText(""), secrets(sent));
        Challenge challenge = Challenge.of(arrival.headers().getAll("WWW-Authenticate"));
        JsonNode kept = call.keepsRefusals() && error == null ? kept(arrival, sent, call) : null;
        if (kept != null && message == null) {
            message = UpstreamText.excerpt(kept.toString(), List.of());
        }
        return new UpstreamStatusException(
                status,
                code,
                message,
                detail(status, message, challenge),
                challenge,
                kept,
                RetryAfter.seconds(arrival.headers().get("Retry-After"), Instant.now()));
    }

    /** What the body says, without what the request carried; {@code null} where it is no JSON or is long. */
    private static @Nullable JsonNode kept(Arrival arrival, MultiMap sent, UpstreamCall call) {
        if (arrival.body().length() > MOST_KEPT) {
            return null;
        }
        try {
            List<String> secrets = new ArrayList<>(secrets(sent));
            secrets.addAll(UpstreamText.secrets(call.outgoing().queryValue()));
            JsonNode tree =
                    Json.MAPPER.readTree(UpstreamText.redacted(arrival.body().toString(), secrets));
            return tree == null || tree.isMissingNode() ? null : tree;
        } catch (IOException e) {
            return null;
        }
    }

    private static String detail(int status, @Nullable String message, @Nullable Challenge challenge) {
        String what = "the upstream answered " + status;
        if (status >= 300 && status < 400) {
            what += ": redirects are not followed";
        } else if (challenge != null && challenge.insufficientScope()) {
            what += ": the token has not all the scopes that this needs";
        }
        return message == null || message.isEmpty() ? what : what + ": " + message;
    }

    private static @Nullable JsonNode rpcError(byte[] body) {
        try {
            JsonNode tree = Json.MAPPER.readTree(body);
            JsonNode error = tree == null || !tree.has("jsonrpc") ? null : tree.get("error");
            return error != null && error.isObject() ? error : null;
        } catch (IOException e) {
            return null;
        }
    }

    /** What the request carried and a server may quote: its session id or token, whatever its header is called. */
    private static List<String> secrets(MultiMap sent) {
        return UpstreamText.secrets(sent.entries().stream()
                .filter(header -> UpstreamHeaders.mayBeSecret(header.getKey()))
                .map(Map.Entry::getValue)
                .toArray(String[]::new));
    }
}
