package dev.serai.entry;

import java.util.concurrent.ExecutorService;

/**
 * What one kind of request has for itself, so that another kind cannot take it: places, and threads for routes that may
 * block.
 */
record Lane(Admission admission, ExecutorService threads) {
    static Lane of(int requests, long bytes, int threads, Refusals refusals) {
        return new Lane(new Admission(requests, bytes, refusals), RequestThreads.create(threads));
    }
}
