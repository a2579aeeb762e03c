package dev.serai.grpc;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.AsyncCacheLoader;
import com.github.benmanes.caffeine.cache.AsyncLoadingCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.serai.http.Http2Link;
import dev.serai.http.TransportHttp;
import dev.serai.http.UpstreamCall;
import dev.serai.http.UpstreamNetworks;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import dev.serai.trace.Tracing;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** What is known of methods, by descriptor set or by reflection; asked once for all that wait, and kept for a while. */
final class Methods {
    private static final Duration LOOK_UP_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration KEPT = Duration.ofMinutes(5);
    private static final Duration FILE_LOOKED_AT = Duration.ofSeconds(10);
    private static final int MOST = 200;
    /** Bytes as they are sent, of what servers tell, and again of what files hold. */
    private static final int MOST_BYTES = 16 * 1024 * 1024;

    private static final int MOST_METHODS = 1_000;

    private final TransportHttp http;
    private final Executor building;
    private final AsyncCache<Server, Described> reflected;
    private final AsyncLoadingCache<String, DescribedFile> files;

    /**
     * A service as one server tells it to one identity.
     *
     * @param network by which it is reached; {@code null} for the usual one
     * @param identity of the credential
     */
    private record Server(String url, @Nullable String network, String identity, String service) {}

    /** Methods, each made when it is first called. */
    private static final class Described {
        private final Descriptions descriptions;
        private final ConcurrentHashMap<String, Messages> methods = new ConcurrentHashMap<>();

        Described(Descriptions descriptions) {
            this.descriptions = descriptions;
        }

        /** Small ones count more than they are, so that there are not too many. */
        int weight() {
            return Math.max(descriptions.size(), MOST_BYTES / MOST);
        }

        /** @throws CapabilityException {@code no_provider} */
        Messages method(String name) {
            Messages known = methods.get(name);
            if (known != null) {
                return known;
            }
            try {
                Messages made = descriptions.method(name);
                if (methods.size() < MOST_METHODS) {
                    methods.put(name, made);
                }
                return made;
            } catch (Descriptions.Unusable e) {
                throw new CapabilityException(ErrorCode.NO_PROVIDER, String.valueOf(e.getMessage()), e);
            }
        }
    }

    private record DescribedFile(DescriptorFile file, Described described) {}

    Methods(TransportHttp http) {
        this.http = http;
        this.building = new OneByOne(http.executor());
        this.reflected = Caffeine.newBuilder()
                .maximumWeight(MOST_BYTES)
                .<Server, Described>weigher((server, described) -> described.weight())
                .expireAfterWrite(KEPT)
                .executor(http.executor())
                .buildAsync();
        this.files = Caffeine.newBuilder()
                .maximumWeight(MOST_BYTES)
                .<String, DescribedFile>weigher((name, file) -> file.described().weight())
                .refreshAfterWrite(FILE_LOOKED_AT)
                .executor(http.executor())
                .buildAsync(new Files(new OneByOne(http.executor())));
    }

    /**
     * The declared method of a call.
     *
     * @param link by which the server is asked
     * @return fails with a {@link CapabilityException}, or with a {@link RefusedException} where the server does not tell
     */
    CompletableFuture<Messages> find(Http2Link link, UpstreamCall call, Map<String, String> metadata) {
        String method = declared(call);
        String set = call.capability().providerSetting("descriptor_set");
        CompletableFuture<Described> described = set == null
                ? reflected.get(server(call, method), (key, executor) -> reflect(link, call, metadata, key.service()))
                : files.get(set).thenApply(DescribedFile::described);
        return described.thenApply(known -> known.method(method));
    }

    /** The server has changed: what it told of this method counts no longer. */
    void forget(UpstreamCall call) {
        reflected.synchronous().invalidate(server(call, declared(call)));
    }

    /** As {@code package.Service/Method}, which the check of declarations has seen to. */
    static String declared(UpstreamCall call) {
        return Objects.requireNonNull(call.capability().providerSetting("method"), "a declaration without a method");
    }

    private static Server server(UpstreamCall call, String method) {
        return new Server(
                call.serverUrl(),
                UpstreamNetworks.declared(call.capability()),
                call.credential().identity(),
                method.substring(0, method.indexOf('/')));
    }

    /** Serves all who wait: so it goes on when the call that began it does not. */
    private CompletableFuture<Described> reflect(
            Http2Link link, UpstreamCall call, Map<String, String> metadata, String service) {
        UpstreamCall own = call.notice(System.nanoTime() + LOOK_UP_TIMEOUT.toNanos(), Tracing.untraced());
        CompletableFuture<Descriptions> asked = Reflection.ask(link, own, metadata, service, building);
        http.later(
                LOOK_UP_TIMEOUT,
                () -> asked.completeExceptionally(new CapabilityException(
                        ErrorCode.UPSTREAM_UNAVAILABLE, "the server did not tell its descriptors in time")));
        return asked.thenApply(Described::new);
    }

    /** Reads files on threads that may block; one that is as it was is not read again. */
    private static final class Files implements AsyncCacheLoader<String, DescribedFile> {
        private final Executor threads;

        Files(Executor threads) {
            this.threads = threads;
        }

        @Override
        public CompletableFuture<DescribedFile> asyncLoad(String name, Executor executor) {
            return CompletableFuture.supplyAsync(() -> read(name), threads);
        }

        @Override
        public CompletableFuture<DescribedFile> asyncReload(String name, DescribedFile old, Executor executor) {
            return CompletableFuture.supplyAsync(
                    () -> DescriptorFile.isAsAt(name, old.file().changed()) ? old : read(name), threads);
        }

        private static DescribedFile read(String name) {
            try {
                DescriptorFile file = DescriptorFile.read(name);
                return new DescribedFile(file, new Described(file.descriptions()));
            } catch (Descriptions.Unusable e) {
                throw new CapabilityException(ErrorCode.NO_PROVIDER, String.valueOf(e.getMessage()), e);
            }
        }
    }
}
