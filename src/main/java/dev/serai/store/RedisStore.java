package dev.serai.store;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Connects to Redis. The connection is one for all, comes back by itself, and refuses commands while it is away. */
final class RedisStore {
    private static final Logger LOG = LoggerFactory.getLogger(RedisStore.class);
    private static final int THREADS = 2;
    private static final int MOST_COMMANDS = 10_000;
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
    private static final byte[] KEY_ID = "serai:key-id".getBytes(StandardCharsets.UTF_8);

    private RedisStore() {}

    /** @throws IllegalArgumentException if this is no address of a Redis server; it does not quote it */
    static void check(String url) {
        try {
            RedisURI.create(url);
        } catch (RuntimeException e) {
            // The cause may quote a password.
            throw new IllegalArgumentException(
                    "the address of Redis is unusable: expected redis://host:port or rediss://host:port, with"
                            + " user:password@ before the host only in an environment variable");
        }
    }

    /** The sessions there. */
    static Records connect(StoreSettings settings, StoreKeys keys, StoreHealth health)
            throws StoreException, InterruptedException {
        RedisConnection link = connect(settings);
        boolean compared = false;
        try {
            RedisRecords records = new RedisRecords(link, settings.lease());
            compareKeys(records, keys, health);
            compared = true;
            return records;
        } finally {
            if (!compared) {
                link.close();
            }
        }
    }

    /** A connection of its own. */
    static RedisConnection connect(StoreSettings settings) throws StoreException {
        RedisURI uri = RedisURI.create(settings.redisUrl());
        uri.setTimeout(settings.timeout());
        uri.setClientName("serai");
        ClientResources resources = ClientResources.builder()
                .ioThreadPoolSize(THREADS)
                .computationThreadPoolSize(THREADS)
                .reconnectDelay(Delay.fullJitter(
                        SHORTEST_PAUSE, LONGEST_PAUSE, SHORTEST_PAUSE.toMillis(), TimeUnit.MILLISECONDS))
                .build();
        RedisClient client = RedisClient.create(resources, uri);
        boolean connected = false;
        try {
            client.setOptions(ClientOptions.builder()
                    .autoReconnect(true)
                    .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                    .requestQueueSize(MOST_COMMANDS)
                    .socketOptions(SocketOptions.builder()
                            .connectTimeout(settings.timeout())
                            .build())
                    .build());
            RedisConnection link =
                    new RedisConnection(client, client.connect(ByteArrayCodec.INSTANCE), settings.timeout());
            connected = true;
            return link;
        } catch (RuntimeException e) {
            throw RedisConnection.failure(e);
        } finally {
            if (!connected) {
                RedisConnection.end(client);
            }
        }
    }

    /** What another key stored lies in other places, so that it is not found: that should not go unnoticed. */
    private static void compareKeys(RedisRecords records, StoreKeys keys, StoreHealth health)
            throws StoreException, InterruptedException {
        String last = records.exchange(KEY_ID, keys.first().id());
        if (!last.isEmpty() && keys.all().stream().noneMatch(key -> key.id().equals(last))) {
            health.failures.increment();
            LOG.warn(
                    "Redis was last used with key {}, which is not configured here: sessions stored with it are not"
                            + " found, and are opened again",
                    last);
        }
    }
}
