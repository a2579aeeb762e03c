package dev.serai.entry;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.delivery.DeadLetter;
import dev.serai.delivery.DeadLetterChannel;
import dev.serai.delivery.DeadLetterException;
import dev.serai.delivery.ReplayedDeliveries;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;

/** Answers {@code /admin/dead-letters} and what lies below it, for every broker that an entry is connected to. */
public final class DeadLetterEntry {
    /** What the names begin with under which {@link DeadLetterChannel}s are bound. */
    public static final String BOUND = "dead-letters-";

    private static final int DEFAULT_PAGE = 100;
    private static final int LARGEST_PAGE = 1_000;
    /** A page and its letters are in memory, and their threads wait for brokers. */
    private static final int MOST_AT_A_TIME = 2;

    private final ReplayedDeliveries replayed;
    private final Semaphore working = new Semaphore(MOST_AT_A_TIME);

    public DeadLetterEntry(ReplayedDeliveries replayed) {
        this.replayed = replayed;
    }

    private interface Work<T> {
        T on(DeadLetterChannel channel) throws DeadLetterException;
    }

    /** The oldest letters of the channel in the query, or of all; {@code next} where there may be more. */
    public void list(Exchange exchange) throws IOException {
        AdminAnswers.answer(exchange, request -> {
            Query query = Query.of(request);
            int limit = query.number("limit", DEFAULT_PAGE, LARGEST_PAGE);
            String only = query.text("channel");
            String after = query.text("after");
            Map<String, DeadLetterChannel> channels = channels(exchange.getContext());
            if (!only.isEmpty()) {
                channels = Map.of(only, channel(channels, only));
            } else if (!after.isEmpty()) {
                throw new CapabilityException(
                        ErrorCode.INVALID_ARGUMENTS, "the query parameter after wants the parameter channel beside it");
            }
            ObjectNode document = JsonNodeFactory.instance.objectNode();
            ArrayNode letters = document.putArray("deadLetters");
            ObjectNode next = JsonNodeFactory.instance.objectNode();
            for (DeadLetterChannel channel : channels.values()) {
                List<DeadLetter> page = ask(channel, asked -> asked.list(after.isEmpty() ? null : after, limit));
                page.forEach(letter -> letters.add(json(letter)));
                if (page.size() == limit) {
                    next.put(channel.name(), page.get(limit - 1).id());
                }
            }
            if (!next.isEmpty()) {
                document.set("next", next);
            }
            return document;
        });
    }

    /** The letter that the path names, with its body. */
    public void show(Exchange exchange) throws IOException {
        AdminAnswers.answer(exchange, request -> json(find(exchange.getContext(), request)));
    }

    /** Sends the letter that the path names once more to where it came from, and takes it out. */
    public void replay(Exchange exchange) throws IOException {
        AdminAnswers.change(exchange, "replay", DeadLetterEntry::name, request -> {
            DeadLetter letter = find(exchange.getContext(), request);
            DeadLetterChannel channel = channel(channels(exchange.getContext()), letter.channel());
            replayed.forget(channel.caller(), letter);
            if (!ask(channel, asked -> asked.replay(letter.id()))) {
                throw noSuchLetter(name(request));
            }
            return JsonNodeFactory.instance
                    .objectNode()
                    .put("replayed", true)
                    .put("channel", letter.channel())
                    .put("id", letter.id());
        });
    }

    private DeadLetter find(CamelContext context, IngressRequest request) {
        DeadLetterChannel channel =
                channel(channels(context), request.pathVariables().getOrDefault("channel", ""));
        String id = request.pathVariables().getOrDefault("id", "");
        return ask(channel, asked -> Optional.ofNullable(asked.find(id)))
                .orElseThrow(() -> noSuchLetter(name(request)));
    }

    private static String name(IngressRequest request) {
        Map<String, String> path = request.pathVariables();
        return path.getOrDefault("channel", "") + "/" + path.getOrDefault("id", "");
    }

    private static NoSuchThing noSuchLetter(String name) {
        return new NoSuchThing("there is no dead letter " + name + "; GET /admin/dead-letters lists them");
    }

    private static Map<String, DeadLetterChannel> channels(CamelContext context) {
        Map<String, DeadLetterChannel> channels = new TreeMap<>();
        context.getRegistry().findByTypeWithName(DeadLetterChannel.class).forEach((name, channel) -> {
            if (name.startsWith(BOUND)) {
                channels.put(channel.name(), channel);
            }
        });
        return channels;
    }

    private static DeadLetterChannel channel(Map<String, DeadLetterChannel> channels, String name) {
        DeadLetterChannel channel = channels.get(name);
        if (channel == null) {
            throw new NoSuchThing(
                    channels.isEmpty()
                            ? "no entry for messages is on; docs/messaging.md says how to turn one on"
                            : "there is no channel " + name + " of dead letters; expected one of "
                                    + String.join(", ", channels.keySet()));
        }
        return channel;
    }

    private <T> T ask(DeadLetterChannel channel, Work<T> work) {
        if (!working.tryAcquire()) {
            throw new CapabilityException(
                    ErrorCode.TOO_MANY_REQUESTS,
                    MOST_AT_A_TIME + " requests already ask for dead letters; ask again later");
        }
        try {
            return work.on(channel);
        } catch (DeadLetterException e) {
            throw new CapabilityException(ErrorCode.UPSTREAM_UNAVAILABLE, String.valueOf(e.getMessage()), e);
        } finally {
            working.release();
        }
    }

    private static ObjectNode json(DeadLetter letter) {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("channel", letter.channel())
                .put("id", letter.id())
                .put("at", letter.at().toString())
                .put("capability", letter.capability())
                .put("requestId", letter.requestId())
                .put("errorCode", letter.errorCode())
                .put("detail", letter.detail())
                .put("attempts", letter.attempts());
        ObjectNode headers = json.putObject("headers");
        new TreeMap<>(letter.headers()).forEach(headers::put);
        if (letter.body() != null) {
            json.put("body", letter.body());
        }
        return json;
    }
}
