package dev.serai.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.serai.gateway.TestHttp;
import dev.serai.http.UpstreamStatusException;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;

/** The least that stands in for the HTTP step: one target, the documented headers in and out. */
final class PlainHttpStep implements Processor {
    private static final List<String> SENT =
            List.of("Accept", "Content-Type", "Mcp-Session-Id", "MCP-Protocol-Version");
    private static final List<String> TAKEN = List.of("Content-Type", "Mcp-Session-Id");

    private final ObjectMapper mapper = new ObjectMapper();
    private final URI target;

    PlainHttpStep(URI target) {
        this.target = target;
    }

    @Override
    public void process(Exchange exchange) throws Exception {
        Message message = exchange.getMessage();
        byte[] body = message.getBody(byte[].class);
        HttpRequest.Builder request = HttpRequest.newBuilder(target).timeout(Duration.ofSeconds(10));
        for (String name : SENT) {
            if (message.getHeader(name) instanceof String value) {
                request.setHeader(name, value);
            }
        }
        request.method(
                message.getHeader("CamelHttpMethod", "POST", String.class),
                body == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
        HttpResponse<InputStream> response;
        try {
            response = TestHttp.open(request.build());
        } catch (IOException e) {
            throw new CapabilityException(ErrorCode.UPSTREAM_UNAVAILABLE, "no answer", e);
        }
        answered(message, response);
    }

    private void answered(Message message, HttpResponse<InputStream> response) throws IOException {
        if (response.statusCode() / 100 != 2) {
            throw failure(response);
        }
        for (String name : TAKEN) {
            message.removeHeader(name);
            response.headers().firstValue(name).ifPresent(value -> message.setHeader(name, value));
        }
        message.setHeader("CamelHttpResponseCode", response.statusCode());
        boolean events = message.getHeader("Content-Type", "", String.class).startsWith("text/event-stream");
        message.setBody(events ? response.body() : response.body().readAllBytes());
    }

    private UpstreamStatusException failure(HttpResponse<InputStream> response) throws IOException {
        byte[] body = response.body().readAllBytes();
        String type = response.headers().firstValue("Content-Type").orElse("");
        JsonNode error = type.startsWith("application/json")
                ? mapper.readTree(body).path("error")
                : mapper.createObjectNode().path("error");
        return new UpstreamStatusException(
                response.statusCode(),
                error.isObject() ? Integer.valueOf(error.path("code").intValue()) : null,
                error.isObject() ? error.path("message").asText() : null,
                "status " + response.statusCode());
    }
}
