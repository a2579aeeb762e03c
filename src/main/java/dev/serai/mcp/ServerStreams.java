package dev.serai.mcp;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.serai.http.TransportHttp;
import dev.serai.http.Transports;
import dev.serai.http.UpstreamCall;
import dev.serai.session.Session;
import dev.serai.trace.Tracing;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.CamelContext;
import org.jspecify.annotations.Nullable;

/**
 * The streams on which servers of the session era tell what no request asked for, and ask what they should ask elsewhere:
 * one for each server and credential that has a session, open while a client listens or where the declaration says so,
 * and one for each session whose callers can be asked. Source: MCP 2025-11-25, Streamable HTTP,
 * listening for messages from the server.
 */
final class ServerStreams {
    /** Metadata: whether the stream is always open, or never. */
    static final String DECLARED = "listen";

    private static final int MOST = 1_000;
    private static final int MOST_KNOWN = 10_000;
    private static final Duration NONE_FOR = Duration.ofHours(24);

    private final TransportHttp http;
    private final @Nullable ListChanges changes;
    private final Runnable forget;
    private final SessionCallers callers;
    private final Map<Place, ServerStream> open = new ConcurrentHashMap<>();
    /** Those of sessions whose callers can be asked: their servers may ask here. */
    private final Map<OfSession, ServerStream> asking = new ConcurrentHashMap<>();
    /** Which session could have one. */
    private final Cache<Place, Candidate> candidates = Caffeine.newBuilder()
            .maximumSize(MOST_KNOWN)
            .executor(Runnable::run)
            .build();
    /** The session for which a stream failed: another may have more luck. */
    private final Cache<Place, Session> failed = Caffeine.newBuilder()
            .maximumSize(MOST_KNOWN)
            .executor(Runnable::run)
            .build();
    /** Sessions of callers who can be asked, to which the server refuses it. */
    private final Cache<OfSession, Boolean> refused = Caffeine.newBuilder()
            .maximumSize(MOST_KNOWN)
            .executor(Runnable::run)
            .build();
    /** Servers that have no such stream. */
    private final Cache<Place, Boolean> none = Caffeine.newBuilder()
            .maximumSize(MOST_KNOWN)
            .expireAfterWrite(NONE_FOR)
            .executor(Runnable::run)
            .build();

    private record Place(String url, String credential, long generation) {
        static Place of(UpstreamCall call) {
            return new Place(
                    call.serverUrl(),
                    call.credential().identity(),
                    call.credential().valueGeneration());
        }
    }

    private record OfSession(Place place, String id) {}

    private record Candidate(UpstreamCall call, Session session) {}

    private ServerStreams(TransportHttp http, @Nullable ListChanges changes, SessionCallers callers, Runnable forget) {
        this.http = http;
        this.changes = changes;
        this.callers = callers;
        this.forget = forget;
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
        ServerStreams made = new ServerStreams(http, changes, callers, forget);
        if (changes != null) {
            changes.follow(made::listening);
        }
        return made;
    }

    /**
     * A session has been opened, or is used.
     *
     * @param canBeAsked whether its callers can be asked something
     * @return done once the server can ask; {@code null} where there is nothing to wait for
     */
    @Nullable
    CompletableFuture<Void> seen(UpstreamCall call, Session session, boolean canBeAsked) {
        String id = session.id();
        if (id == null || !isHttp(call)) {
            return null;
        }
        Place place = Place.of(call);
        CompletableFuture<Void> begun = canBeAsked ? ask(new OfSession(place, id), call, session) : null;
        Candidate known = candidates.getIfPresent(place);
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
                || none.getIfPresent(key.place()) != null
                || refused.getIfPresent(key) != null
                || open.size() + asking.size() >= MOST) {
            return null;
        }
        UpstreamCall lasting = call.notice(0, Tracing.untraced());
        ServerStream stream = new ServerStream(http, lasting, session, callers, this::changed, how -> {
            asking.remove(key);
            if (how == ServerStream.End.NONE) {
                none.put(key.place(), true);
            } else if (how == ServerStream.End.FAILED) {
                refused.put(key, true);
            }
        });
        ServerStream before = asking.putIfAbsent(key, stream);
        if (before != null) {
            return before.begun();
        }
        stream.begin();
        return stream.begun();
    }

    /** A session is closed, and its stream with it. */
    void closed(UpstreamCall call, Session session) {
        Place place = Place.of(call);
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
        return declared == null ? changes != null && changes.isListening() : Boolean.parseBoolean(declared);
    }

    private void begin(Place place, Candidate candidate) {
        Session inVain = failed.getIfPresent(place);
        String id = String.valueOf(candidate.session().id());
        if (open.containsKey(place)
                || asking.containsKey(new OfSession(place, id))
                || (inVain != null && isSame(inVain, candidate.session()))
                || !isWanted(candidate.call())
                || open.size() + asking.size() >= MOST
                || none.getIfPresent(place) != null) {
            return;
        }
        ServerStream stream =
                new ServerStream(http, candidate.call(), candidate.session(), callers, this::changed, how -> {
                    open.remove(place);
                    if (how == ServerStream.End.NONE) {
                        none.put(place, true);
                    } else if (how == ServerStream.End.FAILED) {
                        failed.put(place, candidate.session());
                    }
                });
        if (open.putIfAbsent(place, stream) == null) {
            stream.begin();
        }
    }

    private void changed(String kind) {
        forget.run();
        if (changes != null) {
            changes.changed(kind);
        }
    }
}
