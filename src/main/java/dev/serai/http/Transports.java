package dev.serai.http;

import dev.serai.capability.Capability;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import java.util.HashMap;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The transports that declarations may name, each made when it is first used. */
public final class Transports implements AutoCloseable {
    private static final String KEY = "transport";
    private static final char MARK = '+';
    /** Of URLs whose scheme means a transport, and its name. */
    private static final String SOCKET = "ws";

    private static final Pattern SOCKET_URL = Pattern.compile("(?:[^/]*@)?wss?://.*");

    private static final Map<String, Transport.Factory> FACTORIES = new TreeMap<>();
    private static final Map<String, String> OF_PROVIDERS = new HashMap<>();

    static {
        for (Transport.Factory factory : ServiceLoader.load(Transport.Factory.class)) {
            FACTORIES.put(factory.name(), factory);
            if (factory.provider() != null) {
                OF_PROVIDERS.put(factory.provider(), factory.name());
            }
        }
    }

    private final TransportHttp http;
    private final ConcurrentHashMap<String, Transport> made = new ConcurrentHashMap<>();
    private boolean closed;

    public Transports(TransportHttp http) {
        this.http = http;
    }

    /** The name of the one that the declaration, or its provider, wants; {@code null} for the usual way. */
    public static @Nullable String declared(Capability capability) {
        String named = capability.providerSetting(KEY);
        return named != null ? named : OF_PROVIDERS.get(capability.provider());
    }

    /** What tells its sessions with a server from those by other transports. */
    public static String sessionsAt(@Nullable String transport, String url) {
        return transport == null ? url : transport + MARK + url;
    }

    /** Whether sessions with what {@link #sessionsAt} made are connections of this process, and end with it. */
    public static boolean isBound(String sessionsAt) {
        int mark = sessionsAt.indexOf(MARK);
        return LocalServers.isLocal(sessionsAt)
                || (mark > 0 && mark < sessionsAt.indexOf(':'))
                || SOCKET_URL.matcher(sessionsAt).matches();
    }

    /** Whether its messages go over a connection both ways, as the declaration or its URL says. */
    static boolean isSocket(UpstreamCall call) {
        return call.serverUrl().startsWith(SOCKET) || SOCKET.equals(declared(call.capability()));
    }

    /** The one that the declaration names, or its URL means; {@code null} for the usual way. */
    @Nullable
    Transport of(UpstreamCall call) {
        String name = isSocket(call) ? SOCKET : declared(call.capability());
        if (name == null) {
            return null;
        }
        Transport known = made.get(name);
        return known != null ? known : make(name);
    }

    private synchronized Transport make(String name) {
        if (closed) {
            throw new CapabilityException(ErrorCode.SHUTTING_DOWN, "the gateway is shutting down");
        }
        Transport known = made.get(name);
        if (known == null) {
            Transport.Factory factory = FACTORIES.get(name);
            if (factory == null) {
                throw new CapabilityException(
                        ErrorCode.UPSTREAM_UNAVAILABLE,
                        "the declaration names a transport that is not known; expected one of " + FACTORIES.keySet());
            }
            known = factory.create(http);
            made.put(name, known);
        }
        return known;
    }

    @Override
    public synchronized void close() {
        closed = true;
        made.values().forEach(Transport::close);
    }
}
