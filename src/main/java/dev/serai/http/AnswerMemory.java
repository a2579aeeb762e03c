package dev.serai.http;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How much of upstreams' answers is in memory at once, over all calls, in bounds. Of each answer only what goes beyond a
 * usual size counts, so that usual ones always find room. Safe for use by several threads; never waits.
 */
final class AnswerMemory {
    /** Bytes of each answer that do not count. */
    static final int USUAL = 64 * 1024;

    private final long most;
    private final AtomicLong held = new AtomicLong();

    /** @param most bytes, beyond the usual ones of each answer */
    AnswerMemory(long most) {
        this.most = most;
    }

    /** Bytes that count now. */
    long held() {
        return held.get();
    }

    /** An answer with this place in memory. */
    Place place() {
        return new Place();
    }

    /** What one answer holds. Left once by whoever brought it in, and once by whoever has it then. */
    final class Place {
        private int length;
        private long counted;
        private int owners = 2;

        /**
         * It has become longer.
         *
         * @throws NoRoomException where there is no room; it then holds nothing
         */
        synchronized void grow(int by) {
            length += by;
            long more = Math.max(0, length - USUAL) - counted;
            if (more <= 0 || owners == 0) {
                return;
            }
            if (held.addAndGet(more) > most) {
                held.addAndGet(-more - counted);
                counted = 0;
                owners = 0;
                throw new NoRoomException(most);
            }
            counted += more;
        }

        /** One of its owners no longer needs it; each says so at most once. */
        synchronized void leave() {
            if (owners > 0 && --owners == 0) {
                clear();
            }
        }

        /** Nobody needs it. */
        synchronized void clear() {
            owners = 0;
            held.addAndGet(-counted);
            counted = 0;
        }
    }
}
