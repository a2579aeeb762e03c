package dev.serai.entry;

import dev.serai.invocation.ErrorCode;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How much is in progress: the bytes of bodies from their arrival on, and requests from the time that
 * their body is whole, so that slow senders take no place from others.
 */
final class Admission {
    private final int maxRequests;
    private final long maxBytes;
    private final Refusals refusals;
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();

    /** @param refusals told where there is no room */
    Admission(int maxRequests, long maxBytes, Refusals refusals) {
        this.refusals = refusals;
        this.maxRequests = maxRequests;
        this.maxBytes = maxBytes;
    }

    boolean tryEnter() {
        if (requests.incrementAndGet() <= maxRequests) {
            return true;
        }
        requests.decrementAndGet();
        refusals.note(ErrorCode.TOO_MANY_REQUESTS);
        return false;
    }

    boolean tryBuffer(int count) {
        if (bytes.addAndGet(count) <= maxBytes) {
            return true;
        }
        bytes.addAndGet(-count);
        refusals.note(ErrorCode.TOO_MANY_REQUESTS);
        return false;
    }

    void unbuffer(int count) {
        bytes.addAndGet(-count);
    }

    void leave() {
        requests.decrementAndGet();
    }

    int maxRequests() {
        return maxRequests;
    }

    int requests() {
        return requests.get();
    }

    long bytes() {
        return bytes.get();
    }
}
