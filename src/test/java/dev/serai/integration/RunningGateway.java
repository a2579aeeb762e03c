package dev.serai.integration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.serai.gateway.Gateway;
import dev.serai.gateway.GatewayOptions;
import dev.serai.gateway.StartException;
import dev.serai.gateway.TestHttp;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;

/** A gateway with declarations of its own, and the three ways to call it. */
final class RunningGateway implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Gateway gateway;
    private final Path capabilities;

    private RunningGateway(Gateway gateway, Path capabilities) {
        this.gateway = gateway;
        this.capabilities = capabilities;
    }

    /** Starts one on a free port, with declarations written to a folder. */
    static RunningGateway start(Path folder, String declarations) throws IOException, StartException {
        Files.writeString(folder.resolve("declarations.yaml"), declarations);
        GatewayOptions options =
                new GatewayOptions(Path.of(""), List.of(folder), List.of(), null, Map.of("serai.http.port", "0"), true);
        return new RunningGateway(Gateway.start(options), folder);
    }

    HttpResponse<String> post(String id, String arguments) throws IOException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(gateway.url() + "/capabilities/" + id))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(arguments))
                .build();
        return TestHttp.send(request);
    }

    /** The text answered over REST; fails on anything but 200. */
    String textOverRest(String id, String arguments) throws IOException {
        HttpResponse<String> answer = post(id, arguments);
        if (answer.statusCode() != 200) {
            throw new AssertionError(id + " was answered with " + answer.statusCode() + ": " + answer.body());
        }
        return JSON.readTree(answer.body()).asText();
    }

    /** The text answered to a Camel route; fails on any status but completed. */
    String textThroughRoute(String id, String arguments) throws IOException {
        try (ProducerTemplate template = gateway.camelContext().createProducerTemplate()) {
            Exchange exchange = template.request("direct:invoke-capability", request -> {
                request.getMessage().setHeader("CapabilityId", id);
                request.getMessage().setBody(arguments);
            });
            JsonNode body = exchange.getMessage().getBody(JsonNode.class);
            if (!"completed".equals(exchange.getMessage().getHeader("CapabilityStatus"))) {
                throw new AssertionError(id + " did not complete: " + body, exchange.getException());
            }
            return body.asText();
        }
    }

    /** The text that a process of its own prints; fails on any exit status but 0. */
    String textOnCommandLine(String id, String arguments) throws IOException, InterruptedException {
        Launcher.Run run = Launcher.serai("call", id, arguments, "--capabilities", capabilities.toString());
        if (run.exit() != 0) {
            throw new AssertionError("bin/serai call " + id + " ended with " + run.exit() + ": " + run.err());
        }
        return JSON.readTree(run.out()).asText();
    }

    @Override
    public void close() {
        gateway.close();
    }
}
