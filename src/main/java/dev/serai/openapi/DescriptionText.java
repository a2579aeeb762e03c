package dev.serai.openapi;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.http.UpstreamNetwork;
import dev.serai.importing.ImportSource;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import dev.serai.invocation.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/** Gets the text of a description from its one place, and reads it. */
final class DescriptionText {
    private static final int LARGEST = 32 * 1024 * 1024;
    private static final Duration LONGEST = Duration.ofSeconds(60);
    private static final Duration CONNECT = Duration.ofSeconds(10);

    private DescriptionText() {}

    /**
     * The description at a URL or in a file. Nothing else is asked for: redirects are not followed.
     *
     * @throws CapabilityException saying what is wrong
     */
    static JsonNode read(ImportSource source) {
        String place = source.url();
        return place.startsWith("http:") || place.startsWith("https:")
                ? parse(get(URI.create(place), source.token(), source.network()), place)
                : parse(file(Path.of(place)), place);
    }

    private static byte[] file(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return bounded(in);
        } catch (NoSuchFileException e) {
            throw new CapabilityException(ErrorCode.UPSTREAM_UNAVAILABLE, file + ": there is no such file", e);
        } catch (IOException e) {
            throw new CapabilityException(ErrorCode.UPSTREAM_UNAVAILABLE, file + " cannot be read", e);
        }
    }

    private static byte[] bounded(InputStream in) throws IOException {
        byte[] bytes = in.readNBytes(LARGEST + 1);
        if (bytes.length > LARGEST) {
            throw wrong("the description is larger than " + LARGEST + " bytes");
        }
        return bytes;
    }

    private static byte[] get(URI uri, @Nullable String token, UpstreamNetwork network) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .timeout(LONGEST)
                .header("Accept", "application/json, application/yaml, */*;q=0.5");
        if (token != null) {
            if (!token.chars().allMatch(c -> c > ' ' && c <= '~')) {
                throw new CapabilityException(
                        ErrorCode.INVALID_ARGUMENTS, "the token holds a character that no HTTP header can carry");
            }
            request.header("Authorization", "Bearer " + token);
        }
        HttpClient client = network.over(HttpClient.newBuilder())
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(CONNECT)
                .build();
        try {
            HttpResponse<InputStream> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream body = answer.body()) {
                int status = answer.statusCode();
                if (status != 200) {
                    throw new CapabilityException(
                            status == 401 ? ErrorCode.UPSTREAM_UNAUTHORIZED : ErrorCode.UPSTREAM_ERROR,
                            "the server answered " + status
                                    + (status >= 300 && status < 400 ? ": redirects are not followed" : ""));
                }
                return bounded(body);
            }
        } catch (HttpTimeoutException e) {
            throw new CapabilityException(ErrorCode.TIMEOUT, uri.getAuthority() + " did not answer in time", e);
        } catch (IOException e) {
            throw new CapabilityException(ErrorCode.UPSTREAM_UNAVAILABLE, uri.getAuthority() + " cannot be reached", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CapabilityException(ErrorCode.CANCELLED, "interrupted", e);
        }
    }

    private static JsonNode parse(byte[] bytes, String place) {
        JsonNode tree;
        int first = 0;
        while (first < bytes.length && (bytes[first] <= ' ' && bytes[first] >= 0)) {
            first++;
        }
        try {
            tree = first < bytes.length && bytes[first] == '{' ? Json.MAPPER.readTree(bytes) : yaml(bytes);
        } catch (JsonProcessingException e) {
            int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
            throw wrong(place + ":" + line + ": not JSON: " + e.getOriginalMessage());
        } catch (MarkedYamlEngineException e) {
            int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(1);
            throw wrong(place + ":" + line + ": not YAML: " + e.getProblem());
        } catch (YamlEngineException e) {
            throw wrong(place + ": not usable as YAML: " + e.getMessage());
        } catch (StackOverflowError e) {
            throw wrong(place + " is nested too deep");
        } catch (IOException e) {
            throw new IllegalStateException("reading from memory failed", e);
        }
        if (tree == null || !tree.isObject()) {
            throw wrong(place + ": expected an object with openapi or swagger, a version");
        }
        return tree;
    }

    /** Without aliases of lists and maps, which a few bytes could make into gigabytes. */
    private static JsonNode yaml(byte[] bytes) {
        LoadSettings settings = LoadSettings.builder()
                .setSchema(new CoreSchema())
                .setCodePointLimit(LARGEST)
                .setMaxAliasesForCollections(0)
                .setAllowRecursiveKeys(false)
                .build();
        return Json.MAPPER.valueToTree(new Load(settings).loadFromString(new String(bytes, StandardCharsets.UTF_8)));
    }

    static CapabilityException wrong(String what) {
        return new CapabilityException(ErrorCode.UPSTREAM_PROTOCOL_ERROR, what);
    }
}
