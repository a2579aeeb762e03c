package dev.serai.grpc;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.serai.capability.Capability;
import dev.serai.http.BrokenAnswerException;
import dev.serai.http.UpstreamCall;
import dev.serai.http.UpstreamStatusException;
import dev.serai.invocation.CallerChannel;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import dev.serai.invocation.Json;
import dev.serai.loop.NonBlocking;
import dev.serai.session.Session;
import dev.serai.web.SentHeader;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/** What the routes of gRPC servers call between their steps; keeps no state. */
public final class GrpcCalls implements NonBlocking {
    private static final String SESSION = "SeraiSession";
    private static final String PROGRESS = "notifications/progress";

    /** The next request opens a connection that is the session. */
    public void open(Exchange exchange) {
        ready(exchange, "PUT", null);
        exchange.getMessage().setBody(null);
    }

    /** What was answered is what the pool keeps of the session. */
    public void opened(Exchange exchange) {
        exchange.getMessage().setBody(whole(exchange));
    }

    /** Arguments become the message of the declared method. */
    public void request(Exchange exchange) {
        ready(exchange, "POST", exchange.getProperty(SESSION, Session.class));
        Message message = exchange.getMessage();
        SentHeader.set(message, Exchange.CONTENT_TYPE, "application/json");
        if (message.getBody() == null) {
            message.setBody(JsonNodeFactory.instance.objectNode());
        }
    }

    /**
     * The answer becomes the result: a message, or an array of those of a stream, each of which is told to a caller who
     * takes them as they come.
     */
    public void read(Exchange exchange) {
        Message message = exchange.getMessage();
        UpstreamCall call = UpstreamCall.required(exchange);
        JsonNode result =
                message.getBody() instanceof InputStream lines ? messages(lines, exchange, call) : whole(exchange);
        call.noteWork();
        message.setBody(result);
    }

    /** The next request asks whether the session's connection is alive, and its server well. */
    public void check(Exchange exchange) {
        ready(exchange, "GET", exchange.getProperty(SESSION, Session.class));
    }

    /** The next request closes the session's connection. */
    public void close(Exchange exchange) {
        ready(exchange, "DELETE", exchange.getProperty(SESSION, Session.class));
    }

    private static void ready(Exchange exchange, String method, @Nullable Session session) {
        UpstreamCall call = UpstreamCall.required(exchange);
        call.takeRefusals();
        call.keepRefusals();
        Message message = exchange.getMessage();
        message.setHeader(Exchange.HTTP_METHOD, method);
        if (session != null && session.id() != null) {
            SentHeader.set(message, GrpcTransport.CHANNEL, session.id());
        }
    }

    private static JsonNode whole(Exchange exchange) {
        Message message = exchange.getMessage();
        SentHeader.clear(message);
        int status = message.getHeader(Exchange.HTTP_RESPONSE_CODE, 200, Integer.class);
        JsonNode tree =
                tree(message.getBody() instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : "");
        if (status >= 400) {
            throw refusal(tree);
        }
        return tree;
    }

    private static JsonNode tree(String json) {
        try {
            return Json.MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new CapabilityException(
                    ErrorCode.UPSTREAM_PROTOCOL_ERROR, "the message cannot be written as JSON that is read here", e);
        }
    }

    private static CapabilityException refusal(JsonNode problem) {
        Status status = Status.of(problem.path("code").asInt(-1));
        String text = problem.path("message").asText("");
        String detail = status.name() + (text.isEmpty() ? "" : ": " + text);
        return status.code() == ErrorCode.TOOL_ERROR
                ? new CapabilityException(ErrorCode.TOOL_ERROR, detail, problem, null)
                : new UpstreamStatusException(status.http(), status.code(), detail, problem);
    }

    private static JsonNode messages(InputStream from, Exchange exchange, UpstreamCall call) {
        Capability capability = call.capability();
        int most = Integer.parseInt(capability.providerSetting("max_messages", Integer.toString(Integer.MAX_VALUE)));
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        SentHeader.clear(exchange.getMessage());
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(from, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                JsonNode tree = tree(line);
                JsonNode ending = tree.get("ending");
                if (ending != null) {
                    if (ending.path("code").asInt(-1) != Status.OK.number()) {
                        throw refusal(ending);
                    }
                    return all;
                }
                call.noteWork();
                all.add(tree.get("message"));
                tell(exchange, all);
                if (all.size() == most) {
                    return all;
                }
            }
        } catch (InterruptedIOException e) {
            throw new CapabilityException(ErrorCode.TIMEOUT, "the upstream did not finish its answer in time", e);
        } catch (IOException e) {
            throw new BrokenAnswerException("the connection broke before the answer was complete", e);
        }
        throw new CapabilityException(
                ErrorCode.UPSTREAM_PROTOCOL_ERROR, "the stream of messages ended without a status");
    }

    /** Hands the last message on to a caller that wants to see the answer grow. */
    private static void tell(Exchange exchange, ArrayNode all) {
        CallerChannel caller = CallerChannel.of(exchange);
        if (caller != null && caller.wantsProgress()) {
            caller.tell(
                    PROGRESS,
                    JsonNodeFactory.instance
                            .objectNode()
                            .put("progress", all.size())
                            .put("message", all.get(all.size() - 1).toString()));
        }
    }
}
