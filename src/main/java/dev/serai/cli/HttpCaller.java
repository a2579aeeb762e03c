package dev.serai.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.gateway.CallRequest;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Calls a running gateway over HTTP. */
final class HttpCaller {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(60);
    private static final int OK_FROM = 200;
    private static final int OK_BELOW = 300;
    /** Bytes of a foreign answer that an error message quotes. */
    private static final int QUOTED = 200;

    /** Of ISO 8859-1, RFC 9110 section 5.5. */
    private static final int LAST_SENT = 0xFF;

    private static final int DELETE = 0x7F;

    private final String base;
    private final @Nullable String apiKey;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT)
            .build();

    /** @param apiKey what the gateway asks for; {@code null} sends none */
    HttpCaller(String url, @Nullable String apiKey) {
        this.apiKey = apiKey;
        this.base = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    }

    /** Where a capability is called; a {@code /} in its id stays a {@code /}. */
    static URI uri(String base, String id, boolean raw) {
        String path = Arrays.stream(id.split("/", -1))
                .map(part -> URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20"))
                .collect(Collectors.joining("/"));
        return uri(base, "/capabilities/" + path + (raw ? "?raw=true" : ""));
    }

    private static URI uri(String base, String path) {
        try {
            URI uri = URI.create(base + path);
            if (!"http".equals(uri.getScheme()) && !"https".equals(uri.getScheme())) {
                throw CliException.usage("--url is an http or https URL, was " + base);
            }
            return uri;
        } catch (IllegalArgumentException e) {
            throw CliException.usage("--url is not a URL: " + base);
        }
    }

    /** Without a time limit of its own: the gateway ends every call by its deadline. */
    Reply call(CallRequest call, boolean raw) {
        HttpRequest.Builder request = request(uri(base, call.id(), raw))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(Json.compact(call.arguments())));
        call.headers().forEach((name, value) -> {
            String header = MetadataHeaders.toHttp(name);
            request.header(header, sendable(value, header));
        });
        return reply(send(request.build()));
    }

    /** A request without a body to the gateway itself. */
    Reply ask(String method, String path) {
        return reply(send(request(uri(base, path))
                .timeout(ANSWER_TIMEOUT)
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build()));
    }

    private HttpRequest.Builder request(URI uri) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(uri).header("Accept", "application/json, application/problem+json");
        return apiKey == null ? request : request.header("Authorization", "Bearer " + sendable(apiKey, "the API key"));
    }

    /** Never quotes the value, which may be a secret. */
    private static String sendable(String value, String what) {
        if (!value.chars().allMatch(c -> c == '\t' || (c >= ' ' && c <= LAST_SENT && c != DELETE))) {
            throw CliException.usage(what + " holds a line break, or another character that no HTTP header can carry");
        }
        return value;
    }

    private HttpResponse<String> send(HttpRequest request) {
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
        } catch (ConnectException e) {
            throw unreachable("is it running? Start it with: serai run");
        } catch (IOException e) {
            throw unreachable(e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unreachable("interrupted");
        }
    }

    private CliException unreachable(@Nullable String why) {
        return new CliException(ExitCode.UNREACHABLE, "no gateway reached at " + base + ": " + why);
    }

    private Reply reply(HttpResponse<String> response) {
        boolean completed = response.statusCode() >= OK_FROM && response.statusCode() < OK_BELOW;
        JsonNode body = body(response, completed);
        return new Reply(completed, body, metadata(response.headers().map()));
    }

    private JsonNode body(HttpResponse<String> response, boolean completed) {
        try {
            JsonNode body = Json.MAPPER.readTree(response.body());
            if (!body.isMissingNode() && (completed || body.has("code"))) {
                return body;
            }
        } catch (JsonProcessingException e) {
            // Not an answer of a gateway: told below.
        }
        if (completed) {
            throw unreachable("the answer with status " + response.statusCode() + " is not JSON");
        }
        String text = response.body();
        // Of something in front of the gateway, or instead of it: nothing of what a gateway says.
        throw unreachable("http_" + response.statusCode() + ": "
                + (text.length() > QUOTED ? text.substring(0, QUOTED) + " …" : text));
    }

    private static SortedMap<String, String> metadata(Map<String, List<String>> headers) {
        SortedMap<String, String> metadata = new TreeMap<>();
        headers.forEach((name, values) -> {
            if (MetadataHeaders.isHttp(name)) {
                metadata.put(capitalised(name), String.join(", ", values));
            }
        });
        return metadata;
    }

    private static String capitalised(String name) {
        return Arrays.stream(name.split("-", -1))
                .map(part -> part.isEmpty() ? part : Character.toUpperCase(part.charAt(0)) + part.substring(1))
                .collect(Collectors.joining("-"));
    }
}
