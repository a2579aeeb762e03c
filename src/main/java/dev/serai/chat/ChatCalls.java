package dev.serai.chat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.capability.Capability;
import dev.serai.capability.Durations;
import dev.serai.http.UpstreamCall;
import dev.serai.invocation.CallLabel;
import dev.serai.invocation.Caller;
import dev.serai.invocation.CallerChannel;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import dev.serai.invocation.Json;
import dev.serai.loop.NonBlocking;
import dev.serai.session.Session;
import dev.serai.web.SentHeader;
import java.io.InputStream;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/** What the routes of chat servers call between their steps; keeps the conversations, of its own process only. */
public final class ChatCalls implements NonBlocking {
    private static final String PROGRESS = "notifications/progress";
    private static final String SESSION = "SeraiSession";
    private static final String VALUE = "SeraiValue";
    private static final String TALK = "SeraiChatTalk";
    private static final String ARGUMENTS = "SeraiChatArguments";
    /** The answer was cut off, and the next request asks for the rest. */
    private static final String MORE = "SeraiChatMore";

    private static final Pattern TOKEN = Pattern.compile("[ -~]{1,4096}");
    private static final long MOST_BYTES = 64L * 1024 * 1024;
    private static final String USUAL_AGE = "3h";
    private static final String USUAL_CACHE_TTL = "30m";
    /** A refused credential ends a session, and nothing else that a chat server answers. */
    private static final String LOST = "401";

    private static final Set<ErrorCode> OF_THE_SERVER = EnumSet.of(
            ErrorCode.UPSTREAM_ERROR,
            ErrorCode.UPSTREAM_UNAUTHORIZED,
            ErrorCode.UPSTREAM_PROTOCOL_ERROR,
            ErrorCode.UPSTREAM_UNAVAILABLE);

    private final Conversations conversations = new Conversations(MOST_BYTES);

    /** A session is a name for a conversation, of which its server knows nothing. */
    public void open(Exchange exchange) {
        Capability capability = UpstreamCall.required(exchange).capability();
        Duration age = Durations.parse(capability.providerSetting("conversation_age", USUAL_AGE));
        exchange.getMessage()
                .setBody(Map.of(
                        "id", UUID.randomUUID().toString(),
                        "lostWhen", LOST,
                        "expires_in", Long.toString(age.toSeconds())));
    }

    /** The arguments become a request, after what was said before in the conversation. */
    public void request(Exchange exchange) {
        UpstreamCall call = UpstreamCall.required(exchange);
        call.keepRefusals();
        ObjectNode arguments = exchange.getMessage().getBody() instanceof ObjectNode given
                ? given
                : JsonNodeFactory.instance.objectNode();
        String conversation = conversation(exchange, call.capability());
        Talk talk = new Talk(
                Question.of(arguments, call.capability()),
                conversation == null ? Conversation.EMPTY : conversations.of(conversation),
                call.capability());
        exchange.setProperty(TALK, talk);
        exchange.setProperty(ARGUMENTS, arguments.toString());
        send(exchange, call.capability(), talk);
    }

    /** The answer becomes the result, or a request for the rest of it. */
    public void read(Exchange exchange) {
        Message message = exchange.getMessage();
        SentHeader.clear(message);
        Capability capability = UpstreamCall.required(exchange).capability();
        Talk talk = talk(exchange);
        String given = capability.providerSetting("cache_response_header");
        if (given != null
                && message.getHeader(given) instanceof String token
                && TOKEN.matcher(token).matches()) {
            talk.cacheToken = token;
        }
        Object body = message.getBody() instanceof InputStream parts
                ? StreamedAnswer.read(parts, text -> tell(exchange, talk, text))
                : message.getBody();
        boolean more = talk.take(ChatAnswer.of(body, talk.attempts() > 0));
        exchange.setProperty(MORE, more);
        if (more) {
            send(exchange, capability, talk);
        } else {
            end(exchange, capability, talk);
        }
    }

    /**
     * What there is of an answer becomes the result where its server fails to give the rest.
     *
     * @throws CapabilityException what else made it fail
     */
    void settle(Exchange exchange, Exception failure) throws Exception {
        if (!(failure instanceof CapabilityException told) || !OF_THE_SERVER.contains(told.code())) {
            throw failure;
        }
        Talk talk = talk(exchange);
        talk.failed(told.code().wireName() + ": " + told.getMessage());
        exchange.setProperty(MORE, false);
        end(exchange, UpstreamCall.required(exchange).capability(), talk);
    }

    /** The session ends, and its conversation with it. */
    public void close(Exchange exchange) {
        Session session = exchange.getProperty(SESSION, Session.class);
        if (session != null && session.id() != null) {
            conversations.forget(session.id());
        }
    }

    private void end(Exchange exchange, Capability capability, Talk talk) {
        ObjectNode result = talk.result();
        String conversation = conversation(exchange, capability);
        if (conversation != null) {
            result.withObject("/metadata")
                    .putObject("conversation")
                    .put("turns", talk.before().turns().size());
            Conversation.CacheToken token = cacheToken(capability, talk);
            conversations.change(
                    conversation,
                    known -> known.with(
                            talk.turn(),
                            token == null ? known.token() : token,
                            Limit.CONVERSATION_TURNS.of(capability),
                            Limit.CONVERSATION_BYTES.of(capability)));
        }
        exchange.removeProperty(TALK);
        exchange.removeProperty(ARGUMENTS);
        exchange.getMessage().setBody(talk.raw());
        exchange.setProperty(VALUE, result);
    }

    /** Hands a part on to a caller that wants to see the answer grow. */
    private static void tell(Exchange exchange, Talk talk, String text) {
        CallerChannel caller = CallerChannel.of(exchange);
        if (caller != null) {
            caller.tell(
                    PROGRESS,
                    JsonNodeFactory.instance
                            .objectNode()
                            .put("progress", ++talk.told)
                            .put("message", text));
        }
    }

    private void send(Exchange exchange, Capability capability, Talk talk) {
        Message message = exchange.getMessage();
        // Headers of an answer are not those of a request.
        message.getHeaders().clear();
        message.setHeader(Exchange.HTTP_METHOD, "POST");
        message.setHeader(Exchange.HTTP_PATH, "/chat/completions");
        CallerChannel caller = CallerChannel.of(exchange);
        boolean streams = caller != null && caller.wantsProgress();
        SentHeader.set(message, "Accept", streams ? "text/event-stream, application/json" : "application/json");
        SentHeader.set(message, Exchange.CONTENT_TYPE, "application/json");
        String idempotency = capability.providerSetting("idempotency_header");
        if (idempotency != null) {
            String key = idempotencyKey(exchange, capability, talk);
            if (talk.idempotencyKey == null) {
                talk.idempotencyKey = key;
            }
            SentHeader.set(message, idempotency, key);
        }
        attachToken(message, capability, talk);
        try {
            message.setBody(Json.bytes(streams ? streamed(talk.request()) : talk.request()));
        } catch (JsonProcessingException e) {
            throw new CapabilityException(
                    ErrorCode.INVALID_ARGUMENTS, "/messages: expected what can be written as JSON", e);
        }
    }

    private static ObjectNode streamed(ObjectNode request) {
        request.put("stream", true).putObject("stream_options").put("include_usage", true);
        return request;
    }

    /** The same for each attempt of a call, another for each of its requests, and never that of another caller. */
    private static String idempotencyKey(Exchange exchange, Capability capability, Talk talk) {
        CallLabel label = CallLabel.current();
        Caller caller = exchange.getProperty(Caller.PROPERTY, Caller.ANONYMOUS, Caller.class);
        return Digest.of(
                label == null ? exchange.getExchangeId() : label.requestId(),
                caller.name(),
                capability.id(),
                exchange.getProperty(ARGUMENTS, "", String.class),
                Integer.toString(talk.attempts()));
    }

    private static void attachToken(Message message, Capability capability, Talk talk) {
        String header = capability.providerSetting("cache_request_header");
        Conversation.CacheToken token = talk.before().token();
        if (header == null || token == null || !token.isGoodFor(talk.beginning(), System.nanoTime())) {
            return;
        }
        talk.cacheAttached = true;
        SentHeader.set(message, header, token.text());
        String ttl = capability.providerSetting("cache_ttl_header");
        if (ttl != null) {
            SentHeader.set(message, ttl, Long.toString(cacheTtl(capability).toSeconds()));
        }
    }

    private static Conversation.@Nullable CacheToken cacheToken(Capability capability, Talk talk) {
        return talk.cacheToken == null
                ? null
                : new Conversation.CacheToken(
                        talk.cacheToken,
                        talk.beginning(),
                        System.nanoTime() + cacheTtl(capability).toNanos());
    }

    private static Duration cacheTtl(Capability capability) {
        return Durations.parse(capability.providerSetting("cache_ttl", USUAL_CACHE_TTL));
    }

    /** The session that is one caller's conversation; {@code null} where it may be somebody else's, too. */
    private static @Nullable String conversation(Exchange exchange, Capability capability) {
        Session session = exchange.getProperty(SESSION, Session.class);
        return session != null && "conversation".equals(capability.metadata().get("session_scope"))
                ? session.id()
                : null;
    }

    private static Talk talk(Exchange exchange) {
        return Objects.requireNonNull(exchange.getProperty(TALK, Talk.class), "chat-call begins with request");
    }
}
