package dev.serai.delivery;

import dev.serai.loop.Workers;
import io.netty.util.HashedWheelTimer;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** The pauses between two tries: as many as there are messages between two tries, and none once the gateway ends. */
public final class DeliveryPauses {
    private final HashedWheelTimer timers;
    private final Workers workers;
    private final Set<Pause> pending = ConcurrentHashMap.newKeySet();
    private volatile boolean ended;

    public DeliveryPauses(HashedWheelTimer timers, Workers workers) {
        this.timers = timers;
        this.workers = workers;
    }

    /** What follows a pause: whether there is to be another try. */
    interface Rest {
        void goOn(boolean tries);
    }

    private final class Pause {
        private final Rest rest;
        private final AtomicBoolean over = new AtomicBoolean();

        Pause(Rest rest) {
            this.rest = rest;
        }

        void end(boolean tries) {
            pending.remove(this);
            if (over.compareAndSet(false, true)) {
                workers.goOn(() -> rest.goOn(tries));
            }
        }
    }

    void begin(long millis, Rest rest) {
        Pause pause = new Pause(rest);
        pending.add(pause);
        if (ended) {
            pause.end(false);
        } else {
            var unused = timers.newTimeout(due -> pause.end(!ended), millis, TimeUnit.MILLISECONDS);
        }
    }

    /** Cuts all pauses short: what waits in them is not tried again here. */
    public void end() {
        ended = true;
        pending.forEach(pause -> pause.end(false));
    }
}
