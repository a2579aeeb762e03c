package dev.serai.mcp;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.serai.http.TransportHttp;
import dev.serai.http.Transports;
import dev.serai.http.Unasked;
import dev.serai.http.UpstreamCall;
import dev.serai.invocation.Subscription;
import dev.serai.mcp.StreamMemory.OfSession;
import dev.serai.mcp.StreamMemory.Place;
import dev.serai.session.Session;
import dev.serai.trace.Tracing;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.apache.camel.CamelContext;
import org.jspecify.annotations.Nullable;

/**
 * The streams on which servers tell what no request asked for, and those of the session era ask what they should ask
 * elsewhere: one for each server and credential that has been called, open while a client listens or where the declaration
 * says so, and one for each session whose callers can be asked. What servers on lines of their own tell is heard anyway.
 * Source: MCP 2025-11-25, Streamable HTTP, listening for messages from the server; 2026-07-28, basic, subscriptions.
 */
final class ServerStreams {
    /** Metadata: whether the stream is always open, or never. */
    static final String DECLARED = "listen";

    private static final int MOST = 1_000;
    private static final int MOST_KNOWN = 10_000;

    private final TransportHttp http;
    private final Heard heard;
    private final SessionCallers callers;
    private final Map<Place, ServerStream> open = new ConcurrentHashMap<>();
    /** Those of sessions whose callers can be asked: their servers may ask here. */
    private final Map<OfSession, ServerStream> asking = new ConcurrentHashMap<>();
    /** Which session could have one. */
    private final Cache<Place, Candidate> candidates = Caffeine.newBuilder()
            .maximumSize(MOST_KNOWN)
            .executor(Runnable::run)
            .build();

    private final StreamMemory memory = new StreamMemory();

    private record Candidate(UpstreamCall call, Session session) {}

    private ServerStreams(TransportHttp http, Heard heard, SessionCallers callers) {
        this.http = http;
        this.heard = heard;
        this.callers = callers;
    }

    /**
     * Those of one gateway; {@code null} where it has no HTTP of its own.
     *
     * @param callers who can be asked what servers ask
     * @param forget drops what is remembered of servers' lists; must not block
     */
    static @Nullable ServerStreams of(CamelContext context, SessionCallers callers, Runnable forget) {
        TransportHttp http = context.getRegistry().findSingleByType(TransportHttp.class);
        if (http == null) {
            return null;
        }
        ListChanges changes = context.getRegistry().findSingleByType(ListChanges.class);
        Heard heard = new Heard(changes, forget);
        ServerStreams made = new ServerStreams(http, heard, callers);
        if (changes != null) {
            changes.follow(made::listening);
        }
        Unasked unasked = context.getRegistry().findSingleByType(Unasked.class);
        if (unasked != null) {
            unasked.follow(heard::said);
        }
        return made;
    }

    /**
     * A session has been opened, or is used, or what stands for one of a server that keeps none.
     *
     * @param canBeAsked whether its callers can be asked something
     * @return done once the server can ask; {@code null} where there is nothing to wait for
     */
    @Nullable
    CompletableFuture<Void> seen(UpstreamCall call, Session session, boolean canBeAsked) {
        String id = session.id();
        boolean stateless = Wire.isStateless(session);
        if ((id == null && !stateless) || !isHttp(call)) {
            return null;
        }
        Place place = Place.of(call);
        CompletableFuture<Void> begun = canBeAsked && id != null ? ask(new OfSession(place, id), call, session) : null;
        Candidate known = candidates.getIfPresent(place);
        if (known != null && stateless != Wire.isStateless(known.session())) {
            // It speaks another revision than it did.
            memory.forget(place);
            known = null;
        }
        if (known == null) {
            // One whose session is gone is taken out when that is closed.
            known = new Candidate(call.notice(0, Tracing.untraced()), session);
            candidates.put(place, known);
        }
        begin(place, known);
        return begun;
    }

    private @Nullable CompletableFuture<Void> ask(OfSession key, UpstreamCall call, Session session) {
        ServerStream known = asking.get(key);
        ServerStream other = open.get(key.place());
        if (known == null && other != null && isSame(other.session(), session)) {
            known = other;
        }
        if (known != null) {
            return known.begun();
        }
        if ("false".equals(call.capability().providerSetting(DECLARED))
                || memory.bars(key)
                || open.size() + asking.size() >= MOST) {
            return null;
        }
        UpstreamCall lasting = call.notice(0, Tracing.untraced());
        ServerStream stream = new ServerStream(http, lasting, session, callers, hears(key), how -> {
            // In this order, so that nobody finds neither.
            memory.ended(key, how);
            asking.remove(key);
            if (how == ServerStream.End.FAILED) {
                // Its session may be gone, and nobody has noticed.
                heard.lost(name(key));
            }
        });
        ServerStream before = asking.putIfAbsent(key, stream);
        if (before != null) {
            return before.begun();
        }
        stream.begin();
        return stream.begun();
    }

    private static String name(OfSession session) {
        return Unasked.name(session.place().url(), session.id());
    }

    private BiConsumer<String, byte[]> hears(OfSession session) {
        String name = name(session);
        return (method, message) -> heard.told(name, method, message);
    }

    /** The server has been asked in this session to tell of a resource. */
    void subscribed(UpstreamCall call, Session session, Subscription subscription) {
        String id = session.id();
        if (id != null) {
            OfSession key = new OfSession(Place.of(call), id);
            heard.subscribed(name(key), subscription);
            var unused = isHttp(call) ? ask(key, call, session) : null;
        }
    }

    /** A session is closed, and its stream with it. */
    void closed(UpstreamCall call, Session session) {
        Place place = Place.of(call);
        heard.lost(name(new OfSession(place, String.valueOf(session.id()))));
        Candidate known = candidates.getIfPresent(place);
        if (known != null && isSame(known.session(), session)) {
            candidates.invalidate(place);
        }
        ServerStream own = asking.get(new OfSession(place, String.valueOf(session.id())));
        if (own != null) {
            own.close();
        }
        ServerStream stream = open.get(place);
        if (stream != null && isSame(stream.session(), session)) {
            stream.close();
        }
    }

    private static boolean isSame(Session one, Session other) {
        return one.id() != null && one.id().equals(other.id());
    }

    private static boolean isHttp(UpstreamCall call) {
        return call.serverUrl().startsWith("http") && Transports.declared(call.capability()) == null;
    }

    private void listening(boolean someone) {
        if (someone) {
            candidates.asMap().forEach(this::begin);
        } else {
            List.copyOf(open.values()).stream()
                    .filter(stream -> !isWanted(stream.call()))
                    .forEach(ServerStream::close);
        }
    }

    private boolean isWanted(UpstreamCall call) {
        String declared = call.capability().providerSetting(DECLARED);
        return declared == null ? heard.isListening() : Boolean.parseBoolean(declared);
    }

    private void begin(Place place, Candidate candidate) {
        String id = String.valueOf(candidate.session().id());
        if (open.containsKey(place)
                || asking.containsKey(new OfSession(place, id))
                || memory.bars(place, candidate.session())
                || !isWanted(candidate.call())
                || open.size() + asking.size() >= MOST) {
            return;
        }
        ServerStream stream = new ServerStream(
                http, candidate.call(), candidate.session(), callers, hears(new OfSession(place, id)), how -> {
                    memory.ended(place, candidate.session(), how);
                    if (how == ServerStream.End.FAILED) {
                        heard.lost(name(new OfSession(place, id)));
                    }
                    open.remove(place);
                });
        if (open.putIfAbsent(place, stream) == null) {
            stream.begin();
        }
    }
}
