package dev.serai.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import dev.serai.gateway.TestGateway;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Servers that do not keep to the protocol, or describe themselves wrongly. */
@Timeout(120)
@TestInstance(Lifecycle.PER_CLASS)
class GrpcHostileTest {
    private static final List<String> WRONG_ANSWERS =
            List.of("NoStatus", "Compressed", "Long", "Html", "Half", "Twice", "Nothing", "Garbage");
    private static final List<String> OTHERS = List.of("Status404", "Status503", "Reset", "Refused", "Number", "Good");
    private static final List<String> WRONG_DESCRIPTORS =
            List.of("cyclic", "lacking", "garbage", "huge", "chain", "wrong");
    private static final int PATIENCE_SECONDS = 60;
    private static final String SERVICE = """
            name: "raw.proto" syntax: "proto3"
            message_type { name: "M" field { name: "text" number: 1 type: TYPE_STRING label: LABEL_OPTIONAL } }
            service { name: "Raw" %s }
            """;

    private final Vertx vertx = Vertx.vertx();
    private final EchoServer described =
            new EchoServer(builder -> builder.addService(EchoServer.reflection(GrpcHostileTest::describe)));
    private TestGateway gateway;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        int port = vertx.createHttpServer(
                        new HttpServerOptions().setHost("127.0.0.1").setPort(0))
                .requestHandler(GrpcHostileTest::answer)
                .listen()
                .toCompletionStage()
                .toCompletableFuture()
                .get(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .actualPort();
        StringBuilder methods = new StringBuilder();
        StringBuilder declarations = new StringBuilder("capabilities:\n");
        Path set = folder.resolve("raw.pb");
        for (List<String> each : List.of(WRONG_ANSWERS, OTHERS)) {
            for (String method : each) {
                methods.append("method { name: \"%s\" input_type: \".M\" output_type: \".M\" }".formatted(method));
                declarations.append(
                        "  - { id: raw.%1$s, metadata: { grpc: { server_url: \"http://127.0.0.1:%2$d\", method: Raw/%1$s, descriptor_set: \"%3$s\" } } }\n"
                                .formatted(method, port, set));
            }
        }
        for (String service :
                Stream.concat(WRONG_DESCRIPTORS.stream(), Stream.of("careless")).toList()) {
            declarations.append(
                    "  - { id: %1$s.call, metadata: { grpc: { server_url: \"%2$s\", method: %1$s.S/M } } }\n"
                            .formatted(service, described.url()));
        }
        Files.write(
                set,
                FileDescriptorSet.newBuilder()
                        .addFile(EchoProto.parsed(SERVICE.formatted(methods)))
                        .build()
                        .toByteArray());
        gateway = TestGateway.in(folder)
                .setting("serai.upstream.max-body", "100000")
                .capabilities("raw.yaml", declarations.toString())
                .start();
    }

    @AfterAll
    void stop() {
        gateway.close();
        described.close();
        var unused = vertx.close();
    }

    private static Buffer frame(int compressed, long length, byte... message) {
        return Buffer.buffer()
                .appendByte((byte) compressed)
                .appendUnsignedInt(length)
                .appendBytes(message);
    }

    private static void answer(HttpServerRequest request) {
        HttpServerResponse response = request.response();
        byte[] text = {10, 1, 'a'};
        response.putHeader("content-type", "application/grpc");
        response.putTrailer("grpc-status", "0");
        switch (request.path().substring("/Raw/".length())) {
            case "NoStatus" -> {
                response.trailers().clear();
                response.end(frame(0, 3, text));
            }
            case "Compressed" -> response.end(frame(1, 3, text));
            case "Long" -> response.write(frame(0, 4_000_000_000L, text));
            case "Html" -> response.putHeader("content-type", "text/html").end("<html>");
            case "Half" -> response.end(frame(0, 30, text));
            case "Twice" -> response.end(frame(0, 3, text).appendBuffer(frame(0, 3, text)));
            case "Nothing" -> response.end();
            case "Garbage" -> response.end(frame(0, 3, (byte) 10, (byte) 100, (byte) 1));
            case "Status404" ->
                response.putHeader("content-type", "text/html")
                        .setStatusCode(404)
                        .end();
            case "Status503" ->
                response.putHeader("content-type", "text/html")
                        .setStatusCode(503)
                        .end();
            case "Reset" -> response.reset(2);
            case "Refused" -> response.reset(7);
            case "Number" -> {
                response.putTrailer("grpc-status", "99").putTrailer("grpc-message", "%zz%C3%A4%");
                response.end();
            }
            default -> response.end(frame(0, 3, text));
        }
    }

    private static List<ByteString> describe(String name) {
        return switch (name) {
            case "cyclic.S" -> file("a.proto", "dependency: \"b.proto\"");
            case "b.proto" -> file("b.proto", "dependency: \"a.proto\"");
            case "lacking.S" -> file("l.proto", "dependency: \"other.proto\"");
            case "garbage.S" -> List.of(ByteString.copyFromUtf8("no descriptor"));
            case "huge.S" -> List.of(ByteString.copyFrom(new byte[9 * 1024 * 1024]));
            case "chain.S" -> file("1.proto", "dependency: \"2.proto\"");
            case "wrong.S" ->
                file(
                        "w.proto",
                        "service { name: \"S\" method { name: \"M\" input_type: \".None\" output_type: \".None\" } }");
            case "careless.S" ->
                file(
                        "c.proto",
                        "package: \"careless\" message_type { name: \"M\" field { name: \"at\" number: 1 type: TYPE_MESSAGE"
                                + " type_name: \"google.protobuf.Timestamp\" label: LABEL_OPTIONAL } } service { name: \"S\""
                                + " method { name: \"M\" input_type: \"M\" output_type: \"M\" } }");
            case "other.proto" -> file("another.proto", "");
            default -> {
                int number = Integer.parseInt(name.substring(0, name.indexOf('.')));
                yield file(name, "dependency: \"" + (number + 1) + ".proto\"");
            }
        };
    }

    private static List<ByteString> file(String name, String rest) {
        return List.of(EchoProto.parsed("name: \"" + name + "\" " + rest).toByteString());
    }

    @Test
    void anAnswerThatBreaksTheProtocolIsSuchAnErrorAndTheNextCallIsServed() {
        for (String method : WRONG_ANSWERS) {
            JsonNode problem =
                    TestGateway.tree(gateway.post("raw." + method, "{}").body());
            assertThat(problem.path("code").asText())
                    .as("%s: %s", method, problem)
                    .isEqualTo("upstream_protocol_error");
            assertThat(gateway.post("raw.Good", "{}").body())
                    .as("after %s", method)
                    .isEqualTo("{\"text\":\"a\"}");
        }
    }

    @Test
    void whatIsNoStatusOfTheProtocolIsOne() {
        String[][] expected = {
            {"Status404", "upstream_error", "UNIMPLEMENTED"},
            {"Status503", "upstream_unavailable", "UNAVAILABLE"},
            {"Reset", "upstream_error", "INTERNAL"},
            {"Number", "upstream_error", "UNKNOWN: %zzä%"}
        };
        for (String[] each : expected) {
            JsonNode problem =
                    TestGateway.tree(gateway.post("raw." + each[0], "{}").body());
            assertThat(problem.path("code").asText())
                    .as("%s: %s", each[0], problem)
                    .isEqualTo(each[1]);
            assertThat(problem.path("detail").asText()).startsWith(each[2]);
        }
        JsonNode refused = TestGateway.tree(gateway.post("raw.Refused", "{}").body());
        assertThat(refused.path("code").asText()).isEqualTo("upstream_unavailable");
    }

    @Test
    void descriptorsThatCannotBeUsedAreSuchAnErrorSoon() {
        for (String service : WRONG_DESCRIPTORS) {
            JsonNode problem =
                    TestGateway.tree(gateway.post(service + ".call", "{}").body());
            assertThat(problem.path("code").asText())
                    .as("%s: %s", service, problem)
                    .isEqualTo("upstream_protocol_error");
        }
    }

    @Test
    void aServerNeedNotSayThatItImportsTheWellKnownTypes() {
        JsonNode problem = TestGateway.tree(gateway.post("careless.call", "{\"at\":\"2026-01-02T03:04:05Z\"}")
                .body());
        assertThat(problem.at("/result/status").asText()).as("%s", problem).isEqualTo("UNIMPLEMENTED");
    }
}
