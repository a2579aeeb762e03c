package dev.serai.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.invocation.InvocationHeaders;
import dev.serai.invocation.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.jspecify.annotations.Nullable;

/** A whole gateway on a free port, with declarations and routes that a test writes as text. */
public final class TestGateway implements AutoCloseable {
    private final Gateway gateway;
    private final Path folder;

    private TestGateway(Gateway gateway, Path folder) {
        this.gateway = gateway;
        this.folder = folder;
    }

    public static Builder in(Path folder) {
        return new Builder(folder);
    }

    public Gateway gateway() {
        return gateway;
    }

    public CamelContext camelContext() {
        return gateway.camelContext();
    }

    public Path capabilities() {
        return folder.resolve("capabilities");
    }

    public Path routes() {
        return folder.resolve("routes");
    }

    /** A call in this process. */
    public CallOutcome call(String id, String json) {
        return call(id, json, Map.of());
    }

    public CallOutcome call(String id, String json, Map<String, String> headers) {
        return gateway.call(new CallRequest(id, tree(json), headers));
    }

    public CallOutcome callIn(String conversation, String id, String json) {
        return call(id, json, Map.of(InvocationHeaders.CONVERSATION, conversation));
    }

    /** A call over REST; headers come as name, value, name, value. */
    public HttpResponse<String> post(String id, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(gateway.url() + "/capabilities/" + id))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request.build());
    }

    public HttpResponse<String> get(String path) {
        return send(HttpRequest.newBuilder(URI.create(gateway.url() + path)).build());
    }

    public HttpResponse<String> send(HttpRequest request) {
        try {
            return TestHttp.send(request);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    public static JsonNode tree(String json) {
        try {
            return Json.MAPPER.readTree(json);
        } catch (IOException e) {
            throw new IllegalArgumentException(e);
        }
    }

    @Override
    public void close() {
        gateway.close();
    }

    /** Collects what the gateway is started with. */
    public static final class Builder {
        private final Path folder;
        private final Map<String, String> settings = new HashMap<>();
        private final Map<String, String> environment = new HashMap<>();
        private final List<Path> capabilities = new ArrayList<>();
        private @Nullable Path config;

        private Builder(Path folder) {
            this.folder = folder;
            settings.put("serai.http.port", "0");
            // What has not been told to a server in this time is not told again.
            settings.put("serai.session.close-timeout", "10s");
        }

        public Builder setting(String name, String value) {
            settings.put(name, value);
            return this;
        }

        public Builder environment(String name, String value) {
            environment.put(name, value);
            return this;
        }

        /** The properties file, instead of the shipped one. */
        public Builder config(String text) {
            config = folder.resolve("application.properties");
            write(config, text);
            return this;
        }

        /** A file of declarations. */
        public Builder capabilities(String file, String text) {
            write(folder.resolve("capabilities").resolve(file), text);
            return this;
        }

        /** Declarations that lie elsewhere, beside those that the test writes. */
        public Builder capabilities(Path path) {
            capabilities.add(path);
            return this;
        }

        /** A file of routes beside the shipped ones. */
        public Builder routes(String file, String text) {
            write(folder.resolve("routes").resolve(file), text);
            return this;
        }

        public TestGateway start() {
            try {
                Files.createDirectories(folder.resolve("routes"));
                Files.createDirectories(folder.resolve("capabilities"));
                capabilities.add(folder.resolve("capabilities"));
                GatewayOptions options = new GatewayOptions(
                        Path.of("").toAbsolutePath(),
                        capabilities,
                        List.of(folder.resolve("routes")),
                        config,
                        settings,
                        true);
                return new TestGateway(Gateway.start(options, environment::get), folder);
            } catch (IOException | StartException e) {
                throw new IllegalStateException(e);
            }
        }

        static void write(Path file, String text) {
            try {
                Files.createDirectories(file.getParent());
                Files.writeString(file, text);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
