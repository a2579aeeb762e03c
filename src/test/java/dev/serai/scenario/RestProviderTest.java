package dev.serai.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import dev.serai.capability.Problem;
import dev.serai.gateway.TestGateway;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests that declarations describe, at a server that says what it got. */
@Timeout(120)
@TestInstance(Lifecycle.PER_CLASS)
class RestProviderTest {
    private static final String PARAMETERS = """
              - id: style.%s
                metadata: { rest: { method: GET, path: "%s", parameters: [%s] } }
            """;
    private static final String DECLARATIONS = """
            defaults:
              metadata:
                rest: { server_url: "%1$s/api", auth_env_var: KEY, auth_scheme: query, auth_name: key }
            capabilities:
              - { id: pets.get, metadata: { rest: { path: "/pets/{petId}" } } }
              - { id: pets.add, metadata: { rest: { method: POST, path: /pets } } }
              - { id: pets.whole, metadata: { rest: { path: "/pets/{petId}", result: whole } } }
              - { id: pets.drop, metadata: { rest: { method: DELETE, path: "/pets/{petId}", body_argument: why } } }
              - { id: pets.form, metadata: { rest: { method: POST, path: /form, body_type: application/x-www-form-urlencoded } } }
              - id: pets.parts
                metadata:
                  rest: { method: POST, path: /parts, body_type: multipart/form-data, body_files: [photo] }
              - id: pets.bytes
                metadata:
                  rest: { method: PUT, path: /bytes, body_type: application/octet-stream, body_argument: content }
              - id: pets.patch
                metadata:
                  rest: { method: patch, path: "/pets/{petId}", body_type: application/merge-patch+json, body_argument: patch }
            """;
    private static final String OLD = """
            capabilities:
              - { id: pets.old, metadata: { openapi: { base_url: "%s/old", endpoint_method: GET, endpoint_path: /now } } }
            """;
    private static final String WRONG = """
            capabilities:
              - { id: w.a, metadata: { rest: { method: FETCH } } }
              - { id: w.b, metadata: { rest: { path: "/x?y=1" } } }
              - { id: w.c, metadata: { rest: { parameters: [{ name: a, in: body }] } } }
              - { id: w.d, metadata: { rest: { parameters: [{ name: a, in: query, style: matrix }] } } }
              - { id: w.e, metadata: { rest: { parameters: [{ name: X_A, in: header }] } } }
              - { id: w.f, metadata: { rest: { parameters: "none" } } }
              - { id: w.g, metadata: { rest: { result: all } } }
              - { id: w.h, metadata: { rest: { requires_session: true } } }
              - { id: w.i, metadata: { rest: { login_type: xml } } }
              - { id: w.k, metadata: { rest: { network: partner, pth: /a } } }
              - { id: w.j, metadata: { rest: { path: /a, parameters: [{ name: b, in: path }] } } }
            """;

    private final StubServer server = new StubServer(RestProviderTest::echo);
    private TestGateway gateway;

    /** What came in, and for some paths something special. */
    private static void echo(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1);
        String path = exchange.getRequestURI().getRawPath();
        exchange.getResponseHeaders().set("X-Answer", "yes");
        exchange.getResponseHeaders().add("Set-Cookie", "a=b");
        if (path.endsWith("/empty")) {
            exchange.sendResponseHeaders(204, -1);
        } else if (path.endsWith("/text")) {
            exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=iso-8859-1");
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write("größer".getBytes(StandardCharsets.ISO_8859_1));
        } else if (path.endsWith("/image")) {
            exchange.getResponseHeaders().set("Content-Type", "image/png");
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(new byte[] {1, 2, (byte) 0xff});
        } else if (path.endsWith("/broken")) {
            StubServer.answer(exchange, 200, "{");
        } else if (path.endsWith("/bad")) {
            StubServer.answer(exchange, 422, "{\"field\":\"name\",\"said\":\"the-key\"}");
        } else {
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            object.put("method", exchange.getRequestMethod());
            object.put("uri", exchange.getRequestURI().toString());
            object.put("type", exchange.getRequestHeaders().getFirst("Content-Type"));
            object.put("cookie", exchange.getRequestHeaders().getFirst("Cookie"));
            object.put("header", exchange.getRequestHeaders().getFirst("X-Item"));
            object.put("body", body);
            StubServer.answer(exchange, 200, object.toString());
        }
    }

    @BeforeAll
    void start(@TempDir Path folder) {
        StringBuilder declarations = new StringBuilder(DECLARATIONS.formatted(server.uri()));
        for (String[] style : STYLES) {
            declarations.append(PARAMETERS.formatted(style[0], style[1], style[2]));
        }
        gateway = TestGateway.in(folder)
                .capabilities("pets.yaml", declarations.toString())
                .capabilities("old.yaml", OLD.formatted(server.uri()))
                .capabilities("wrong.yaml", WRONG)
                .environment("KEY", "the-key")
                .start();
    }

    @AfterAll
    void stop() {
        gateway.close();
        server.close();
    }

    private static final String[][] STYLES = {
        {"simple", "/s/{id}", "{name: id, in: path}"},
        {"simple-explode", "/s/{id}", "{name: id, in: path, explode: true}"},
        {"label", "/s/{id}", "{name: id, in: path, style: label}"},
        {"label-explode", "/s/{id}", "{name: id, in: path, style: label, explode: true}"},
        {"matrix", "/s/{id}", "{name: id, in: path, style: matrix}"},
        {"matrix-explode", "/s/{id}", "{name: id, in: path, style: matrix, explode: true}"},
        {"form", "/s", "{name: id, in: query}"},
        {"form-joined", "/s", "{name: id, in: query, explode: false}"},
        {"space", "/s", "{name: id, in: query, style: spaceDelimited, explode: false}"},
        {"pipe", "/s", "{name: id, in: query, style: pipeDelimited, explode: false}"},
        {"deep", "/s", "{name: id, in: query, style: deepObject}"},
        {"json", "/s", "{name: id, in: query, json: true}"},
        {"reserved", "/s", "{name: id, in: query, allowReserved: true}"},
        {"header", "/s", "{name: X-Item, in: header, argument: id}"},
        {"cookie", "/s", "{name: id, in: cookie}"},
    };

    private JsonNode seen(String id, String arguments) {
        HttpResponse<String> answer = gateway.post(id, arguments);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return TestGateway.tree(answer.body());
    }

    /** The examples of OpenAPI 3.1.1, section 4.8.12.2.1, and what they do not say. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "simple         | \"blue\"                  | /api/s/blue",
                "simple         | [\"blue\",\"bl ack/\"]    | /api/s/blue,bl%20ack%2F",
                "simple         | {\"R\":100,\"G\":200}     | /api/s/R,100,G,200",
                "simple-explode | {\"R\":100,\"G\":200}     | /api/s/R=100,G=200",
                "label          | \"blue\"                  | /api/s/.blue",
                "label          | [\"blue\",\"black\"]      | /api/s/.blue,black",
                "label-explode  | [\"blue\",\"black\"]      | /api/s/.blue.black",
                "label-explode  | {\"R\":100,\"G\":200}     | /api/s/.R=100.G=200",
                "matrix         | \"blue\"                  | /api/s/;id=blue",
                "matrix         | \"\"                      | /api/s/;id",
                "matrix         | [\"blue\",\"black\"]      | /api/s/;id=blue,black",
                "matrix-explode | [\"blue\",\"black\"]      | /api/s/;id=blue;id=black",
                "matrix-explode | {\"R\":100,\"G\":200}     | /api/s/;R=100;G=200",
                "form           | 1.50                      | /api/s?id=1.50",
                "form           | [\"a&b\",true]            | /api/s?id=a%26b&id=true",
                "form           | {\"R\":100,\"G\":200}     | /api/s?R=100&G=200",
                "form           | []                        | /api/s",
                "form           | null                      | /api/s",
                "form-joined    | [\"blue\",\"black\"]      | /api/s?id=blue,black",
                "form-joined    | {\"R\":100,\"G\":200}     | /api/s?id=R,100,G,200",
                "space          | [\"blue\",\"black\"]      | /api/s?id=blue%20black",
                "pipe           | [\"blue\",\"black\"]      | /api/s?id=blue%7Cblack",
                "deep           | {\"R\":100,\"G\":{\"x\":[1,2]}} | /api/s?id%5BR%5D=100&id%5BG%5D%5Bx%5D=1&id%5BG%5D%5Bx%5D=2",
                "json           | {\"R\":100}               | /api/s?id=%7B%22R%22%3A100%7D",
                "reserved       | \"a/b:c&d\"               | /api/s?id=a/b:c%26d",
            })
    void aValueIsWrittenInItsStyle(String style, String value, String expected) {
        String uri =
                seen("style." + style, "{\"id\":" + value + "}").path("uri").asText();

        assertThat(uri.replaceAll("[?&]key=the-key", "")).isEqualTo(expected);
    }

    @Test
    void headersAndCookiesAreWritten() {
        assertThat(seen("style.header", "{\"id\":[\"a\",\"b\"]}").path("header").asText())
                .isEqualTo("a,b");
        assertThat(seen("style.cookie", "{\"id\":\"a b\"}").path("cookie").asText())
                .isEqualTo("id=a%20b");
    }

    @Test
    void whatNoParameterNamesGoesIntoTheQueryOrTheBody() {
        JsonNode got = seen("pets.get", "{\"petId\":7,\"fields\":[\"a\",\"b\"]}");
        assertThat(got.path("uri").asText()).isEqualTo("/api/pets/7?fields=a&fields=b&key=the-key");
        assertThat(got.path("body").asText()).isEmpty();

        JsonNode added = seen("pets.add", "{\"name\":\"Rex\"}");
        assertThat(added.path("body").asText()).isEqualTo("{\"name\":\"Rex\"}");
        assertThat(added.path("type").asText()).isEqualTo("application/json");
        assertThat(added.path("uri").asText()).isEqualTo("/api/pets?key=the-key");
    }

    @Test
    void anOlderDeclarationsKeysAreRead() {
        assertThat(seen("pets.old", "{\"q\":\"Paris\"}").path("uri").asText()).isEqualTo("/old/now?q=Paris");
    }

    @Test
    void bodiesAreWrittenInTheirType() {
        assertThat(seen("pets.form", "{\"a\":\"x y&\",\"b\":[1,2]}")
                        .path("body")
                        .asText())
                .isEqualTo("a=x%20y%26&b=1&b=2");
        JsonNode patched = seen("pets.patch", "{\"petId\":7,\"patch\":[1]}");
        assertThat(patched.path("method").asText()).isEqualTo("PATCH");
        assertThat(patched.path("type").asText()).isEqualTo("application/merge-patch+json");
        assertThat(patched.path("body").asText()).isEqualTo("[1]");
        assertThat(seen("pets.drop", "{\"petId\":7,\"why\":{\"late\":true}}")
                        .path("body")
                        .asText())
                .isEqualTo("{\"late\":true}");
        assertThat(seen("pets.bytes", "{\"content\":\"AQL/\"}").path("body").asText())
                .isEqualTo("\u0001\u0002\u00ff");
        JsonNode parts =
                seen("pets.parts", "{\"note\":\"hi\",\"photo\":{\"name\":\"a\\\"b.png\",\"content\":\"AQL/\"}}");
        assertThat(parts.path("type").asText()).startsWith("multipart/form-data; boundary=serai-");
        assertThat(parts.path("body").asText())
                .contains("name=\"note\"\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nhi\r\n")
                .contains(
                        "name=\"photo\"; filename=\"a%22b.png\"\r\nContent-Type: application/octet-stream\r\n\r\n\u0001\u0002\u00ff");
    }

    @Test
    void theResultIsTheBodyOrAllOfTheAnswer() {
        assertThat(gateway.post("pets.get", "{\"petId\":\"text\"}").body()).isEqualTo("\"größer\"");
        assertThat(gateway.post("pets.get", "{\"petId\":\"image\"}").body())
                .isEqualTo("\"" + Base64.getEncoder().encodeToString(new byte[] {1, 2, (byte) 0xff}) + "\"");
        JsonNode empty = seen("pets.get", "{\"petId\":\"empty\"}");
        assertThat(empty.path("status").asInt()).isEqualTo(204);
        JsonNode whole = seen("pets.whole", "{\"petId\":7}");
        assertThat(whole.path("status").asInt()).isEqualTo(200);
        assertThat(whole.at("/body/method").asText()).isEqualTo("GET");
        assertThat(whole.at("/headers/x-answer").asText()).isEqualTo("yes");
        assertThat(whole.path("headers").properties())
                .map(Map.Entry::getKey)
                .doesNotContain("set-cookie", "accept")
                .noneMatch(name -> name.startsWith("rest_") || name.startsWith("camel"));
    }

    @Test
    void whatAServerSaysAboutARefusalIsKeptWithoutTheCredential() {
        JsonNode problem = Refusals.overRest(gateway.post("pets.get", "{\"petId\":\"bad\"}"), 502, "upstream_error");

        assertThat(problem.path("result").toString()).isEqualTo("{\"field\":\"name\",\"said\":\"[redacted]\"}");
        assertThat(problem.path("detail").asText()).startsWith("the upstream answered 422: {\"field\":\"name\"");
    }

    @Test
    void anAnswerThatIsNotWhatItSaysIsAnError() {
        Refusals.overRest(gateway.post("pets.get", "{\"petId\":\"broken\"}"), 502, "upstream_protocol_error");
    }

    @Test
    void anArgumentThatCannotBeSentIsToldByItsPointer() {
        for (String value : List.of("\"\"", "\"..\"", "\".\"", "null")) {
            JsonNode problem =
                    Refusals.overRest(gateway.post("pets.get", "{\"petId\":" + value + "}"), 400, "invalid_arguments");
            assertThat(problem.path("detail").asText()).startsWith("/petId: ");
        }
        Refusals.overRest(gateway.post("style.header", "{\"id\":\"a\\r\\nX: y\"}"), 400, "invalid_arguments");
        Refusals.overRest(gateway.post("pets.bytes", "{\"content\":\"!\"}"), 400, "invalid_arguments");
        assertThat(server.seen()).noneMatch(line -> line.contains("/api/pets/?") || line.contains("/api/pets/.."));
    }

    @Test
    void mistakesOfADeclarationShowWhenItIsLoaded() {
        List<Problem> problems = gateway.gateway().capabilities().current().problems();

        assertThat(problems)
                .map(Problem::message)
                .satisfiesExactly(
                        text -> assertThat(text).startsWith("rest_method: expected a method of HTTP, was \"FETCH\""),
                        text -> assertThat(text).startsWith("rest_path: expected a path"),
                        text -> assertThat(text).startsWith("rest_parameters: the parameter a needs in:"),
                        text -> assertThat(text).contains("has a style that query does not have"),
                        text -> assertThat(text).contains("X_A is no header that goes out"),
                        text -> assertThat(text).startsWith("rest_parameters: expected a list"),
                        text -> assertThat(text).startsWith("rest_result: expected body or whole"),
                        text -> assertThat(text).startsWith("rest_requires_session: a session needs login_path"),
                        text -> assertThat(text).startsWith("rest_login_type: expected json, form or header"),
                        text -> assertThat(text).startsWith("rest_pth: is not known"),
                        text -> assertThat(text).startsWith("rest_parameters: the path has no {b}"));
    }

    @Test
    void anOperationIsAToolOfTheMcpEntry() {
        assertThat(StatelessMcp.call(gateway, "pets.get", "{\"petId\":7}")
                        .at("/structuredContent/method")
                        .asText())
                .isEqualTo("GET");
    }
}
