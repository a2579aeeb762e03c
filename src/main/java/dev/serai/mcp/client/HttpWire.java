package dev.serai.mcp.client;

import dev.serai.http.UpstreamNetwork;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A server at a URL. Redirects are not followed: the token is for this server only. */
final class HttpWire implements Wire {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final int LAST_VISIBLE = '~';

    private final URI uri;
    private final @Nullable String token;
    private final HttpClient client;

    /**
     * Connects to nothing yet.
     *
     * @param token sent as bearer token; {@code null} sends none
     * @param network the certificates and the proxy of the way to it
     * @throws CapabilityException {@code invalid_arguments} if the token is none that a header can carry
     */
    HttpWire(URI uri, @Nullable String token, UpstreamNetwork network) {
        if (token != null && !token.chars().allMatch(c -> c > ' ' && c <= LAST_VISIBLE)) {
            throw new CapabilityException(
                    ErrorCode.INVALID_ARGUMENTS, "the token holds a character that no HTTP header can carry");
        }
        this.uri = uri;
        this.token = token;
        this.client = network.over(HttpClient.newBuilder())
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(CONNECT_TIMEOUT)
                .build();
    }

    @Override
    public Answer send(String method, Map<String, String> headers, @Nullable String body, Duration timeout) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .timeout(timeout)
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        headers.forEach(request::setHeader);
        if (token != null) {
            request.setHeader("Authorization", "Bearer " + token);
        }
        try {
            HttpResponse<InputStream> response =
                    client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
            return new Answer(
                    response.statusCode(),
                    Wire.mediaType(response.headers().firstValue("Content-Type").orElse(null)),
                    response.headers().firstValue("Mcp-Session-Id").orElse(null),
                    response.body());
        } catch (HttpTimeoutException e) {
            throw new CapabilityException(ErrorCode.TIMEOUT, uri.getAuthority() + " did not answer in time", e);
        } catch (IOException e) {
            throw new CapabilityException(ErrorCode.UPSTREAM_UNAVAILABLE, uri.getAuthority() + " cannot be reached", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CapabilityException(ErrorCode.CANCELLED, "interrupted", e);
        }
    }
}
