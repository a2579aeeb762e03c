package dev.serai.access;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Failed attempts by client address: a burst, then one per interval. An IPv6 client has a whole /64, so that counts as one
 * address. Never by the name of an account, which anybody could lock.
 */
final class FailureLimit {
    private static final int MOST_ADDRESSES = 50_000;
    private static final int NETWORK_BYTES = 8;

    private final long intervalNanos;
    private final long burstNanos;
    private final LongSupplier clock;
    /** For each address the time at which its failures are all forgotten, in nanoseconds. */
    private final Cache<String, AtomicLong> forgotten;

    FailureLimit(int burst, Duration interval, LongSupplier clock) {
        this.intervalNanos = interval.toNanos();
        this.burstNanos = intervalNanos * burst;
        this.clock = clock;
        this.forgotten = Caffeine.newBuilder()
                .maximumSize(MOST_ADDRESSES)
                .expireAfterWrite(burstNanos + intervalNanos, TimeUnit.NANOSECONDS)
                .ticker(clock::getAsLong)
                .executor(Runnable::run)
                .build();
    }

    /** How long this address has to wait, in nanoseconds; 0 where it may try now. */
    long waitNanos(String peer) {
        AtomicLong until = forgotten.getIfPresent(group(peer));
        // Blocked while less than one whole interval of the burst is left.
        return until == null ? 0 : Math.max(0, until.get() - clock.getAsLong() - (burstNanos - intervalNanos));
    }

    /** Counts a failure; whether it was the last that is allowed for now. */
    boolean record(String peer) {
        String group = group(peer);
        AtomicLong until = forgotten.get(group, unused -> new AtomicLong(clock.getAsLong()));
        long now = clock.getAsLong();
        long then = until.updateAndGet(before -> Math.min(Math.max(before, now) + intervalNanos, now + burstNanos));
        forgotten.put(group, until);
        return then - now > burstNanos - intervalNanos;
    }

    /** Addresses with failures that count. */
    long size() {
        forgotten.cleanUp();
        return forgotten.estimatedSize();
    }

    private static String group(String peer) {
        if (peer.indexOf(':') < 0) {
            return peer;
        }
        try {
            int zone = peer.indexOf('%');
            byte[] address = InetAddress.getByName(zone < 0 ? peer : peer.substring(0, zone))
                    .getAddress();
            return address.length > NETWORK_BYTES ? HexFormat.of().formatHex(address, 0, NETWORK_BYTES) : peer;
        } catch (UnknownHostException e) {
            return peer;
        }
    }
}
