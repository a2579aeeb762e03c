package dev.serai.entry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.TreeMap;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Routes of a user with {@code platform-http:} endpoints. */
class UserRouteTest {
    private static final String ROUTES = """
            - route:
                id: order
                from:
                  uri: platform-http:/orders/{customer}/{number}
                  steps:
                    - to: bean:show
            - route:
                id: newest-order
                from:
                  uri: platform-http:/orders/{customer}/newest
                  steps:
                    - setBody:
                        constant:
                          expression: newest
            - route:
                id: files
                from:
                  uri: platform-http:/files?matchOnUriPrefix=true&httpMethodRestrict=GET
                  steps:
                    - to: bean:show
            - route:
                id: upload
                from:
                  uri: platform-http:/files/upload?httpMethodRestrict=PUT,POST
                  steps:
                    - setBody:
                        simple:
                          expression: "${body}"
            - route:
                id: break
                errorHandler:
                  noErrorHandler: {}
                from:
                  uri: platform-http:/break
                  steps:
                    - to: bean:break
            - route:
                id: answer
                from:
                  uri: platform-http:/answer
                  steps:
                    - to: bean:answer
            """;

    private Processor answer = exchange -> {};
    private final EntryGateway gateway = new EntryGateway();

    @BeforeEach
    void start() throws Exception {
        Processor show = exchange -> {
            Map<String, Object> headers = new TreeMap<>(exchange.getMessage().getHeaders());
            exchange.getMessage().setBody(headers + " " + exchange.getMessage().getBody(String.class));
        };
        Processor broken = exchange -> {
            throw new CapabilityException(ErrorCode.FORBIDDEN, "not for you");
        };
        gateway.bean("show", show)
                .bean("break", broken)
                .bean("answer", (Processor) exchange -> answer.process(exchange))
                .routes(ROUTES)
                .start();
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    @Test
    void aTemplateTakesOneSegmentEachDecoded() throws Exception {
        assertThat(gateway.get("/orders/J%C3%BCrgen/12").body()).contains("customer=Jürgen", "number=12");
        assertThat(gateway.get("/orders/a/1/2").statusCode()).isEqualTo(404);
        assertThat(gateway.get("/orders/a").statusCode()).isEqualTo(404);
    }

    @Test
    void theMoreLiteralTemplateWins() throws Exception {
        assertThat(gateway.get("/orders/a/newest").body()).isEqualTo("newest");
    }

    @Test
    void aPrefixTakesEverythingBelowItAndTheExactPathWins() throws Exception {
        assertThat(gateway.get("/files").body()).contains("CamelHttpPath=/files");
        assertThat(gateway.get("/files/a/b").body()).contains("CamelHttpPath=/files/a/b");
        assertThat(gateway.get("/filesystem").statusCode()).isEqualTo(404);
        assertThat(gateway.post("/files/upload", "content").body()).isEqualTo("content");
        assertThat(gateway.get("/files/upload").body()).contains("CamelHttpPath=/files/upload");
        HttpResponse<String> wrong =
                gateway.send(gateway.request("/files/upload").method("DELETE", HttpRequest.BodyPublishers.noBody()));
        assertThat(wrong.statusCode()).isEqualTo(405);
        assertThat(wrong.headers().firstValue("Allow")).contains("GET, HEAD, POST, PUT");
    }

    @Test
    void ordinaryHeadersAndParametersBecomeHeaders() throws Exception {
        HttpResponse<String> answer = gateway.send(
                gateway.request("/orders/a/1?colour=red&size=1&size=2").header("X-Trace", "t-1"));

        assertThat(answer.body())
                .doesNotContainIgnoringCase("connection=", "content-length=")
                .contains("colour=red", "size=[1, 2]", "X-Trace=t-1", "CamelHttpMethod=GET")
                .contains("CamelHttpQuery=colour=red&size=1&size=2");
    }

    @ParameterizedTest
    @CsvSource({
        "mcp_server_url",
        "CamelHttpUri",
        "cAMELhTTPuRI",
        "CapabilityId",
        "capabilitystatus",
        "x_requires_session",
        "org.apache.camel.evil"
    })
    void aSteeringNameNeverBecomesAHeader(String name) throws Exception {
        assertThat(gateway.send(gateway.request("/orders/a/1").header(name, "evil"))
                        .body())
                .doesNotContain("evil");
        assertThat(gateway.get("/orders/a/1?" + name + "=wicked").body().replace(name + "=wicked", ""))
                .doesNotContain("wicked");
        HttpResponse<String> form = gateway.send(gateway.request("/orders/a/1")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString("colour=red&" + name + "=wicked")));
        assertThat(form.body()).contains("Content-Type=application/x-www-form-urlencoded", "colour=red, customer");
        assertThat(form.body().split("} ", 2)[0]).doesNotContain("wicked");
    }

    @Test
    void onlyHarmlessHeadersGoOut() throws Exception {
        answer = exchange -> {
            Map<String, Object> headers = exchange.getMessage().getHeaders();
            headers.put("X-Fine", "yes");
            headers.put("mcp_server_url", "secret");
            headers.put("CapabilityId", "secret");
            headers.put("CamelHttpUri", "secret");
            headers.put("Transfer-Encoding", "chunked");
            headers.put("Content-Length", "7000");
            headers.put(Exchange.HTTP_RESPONSE_CODE, 201);
            exchange.getMessage().setBody("made");
        };

        HttpResponse<String> made = gateway.send(gateway.request("/answer").header("Authorization", "Bearer secret"));

        assertThat(made.statusCode()).isEqualTo(201);
        assertThat(made.body()).isEqualTo("made");
        assertThat(made.headers().firstValue("X-Fine")).contains("yes");
        assertThat(made.headers().toString()).doesNotContain("secret", "7000", "chunked");
    }

    @Test
    void aHeaderThatWouldSplitTheAnswerIsAnError() throws Exception {
        answer = exchange -> exchange.getMessage().setHeader("X-Evil", "a\r\nSet-Cookie: b");

        HttpResponse<String> split = gateway.get("/answer");

        assertThat(split.statusCode()).isEqualTo(500);
        assertThat(split.headers().firstValue("Set-Cookie")).isEmpty();
    }

    @Test
    void anAnswerWithoutABodyIs204() throws Exception {
        answer = exchange -> exchange.getMessage().setBody(null);

        assertThat(gateway.get("/answer").statusCode()).isEqualTo(204);
    }

    @Test
    void aToldFailureIsItsProblemDocument() throws Exception {
        HttpResponse<String> refused = gateway.get("/break");

        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(refused.body()).contains("\"forbidden\"", "not for you");
    }

    @Test
    void aStoppedRouteIsNoLongerServed() throws Exception {
        gateway.context.getRouteController().stopRoute("newest-order");

        assertThat(gateway.get("/orders/a/newest").body()).contains("number=newest");
    }
}
