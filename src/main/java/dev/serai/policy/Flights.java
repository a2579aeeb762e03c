package dev.serai.policy;

import dev.serai.invocation.Traces;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Calls that ask for the same at the same time: one of them is made, the others wait for what becomes of it. */
public final class Flights {
    private static final Logger LOG = LoggerFactory.getLogger(Flights.class);

    private final int mostWaiting;
    private final ConcurrentHashMap<AnswerKey, Flight> flights = new ConcurrentHashMap<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final LongAdder shared = new LongAdder();

    /** At most this many calls, 0 or more, wait for others in all. */
    public Flights(int mostWaiting) {
        this.mostWaiting = mostWaiting;
    }

    /** What a call does that asks for the same as others. */
    public enum Boarding {
        /** It is made, and has to {@link #land} the others. */
        LEADS,
        /** It waits, and is told what for. */
        WAITS,
        /** It is made for itself: too many wait. */
        ALONE
    }

    /** A call that waits for another; told once, by any thread, unless it has {@linkplain #leave left}. */
    public interface Passenger {
        /** The other has ended in a way that is this one's too. */
        void landed(Landing outcome);

        /** What became of the other is its own affair: this one is made now, and has to {@link #land} those who wait. */
        void leads();
    }

    /** Guarded by the map: it is looked at and changed in {@code compute} alone. */
    private static final class Flight {
        final Set<Passenger> passengers = new LinkedHashSet<>();
    }

    public Boarding board(AnswerKey key, Passenger passenger) {
        Boarding[] found = {Boarding.LEADS};
        flights.compute(key, (same, flight) -> {
            if (flight == null) {
                return new Flight();
            }
            found[0] = waiting.get() >= mostWaiting ? Boarding.ALONE : Boarding.WAITS;
            if (found[0] == Boarding.WAITS) {
                waiting.incrementAndGet();
                flight.passengers.add(passenger);
            }
            return flight;
        });
        return found[0];
    }

    /** It waits no longer; false where it has been told already, or is about to be. */
    public boolean leave(AnswerKey key, Passenger passenger) {
        boolean[] waited = {false};
        flights.computeIfPresent(key, (same, flight) -> {
            waited[0] = flight.passengers.remove(passenger);
            return flight;
        });
        if (waited[0]) {
            waiting.decrementAndGet();
        }
        return waited[0];
    }

    /**
     * The call that leads has ended.
     *
     * @param outcome of all who wait; {@code null} where it is none of theirs, and the next one leads
     */
    public void land(AnswerKey key, @Nullable Landing outcome) {
        if (outcome == null) {
            nextLeads(key);
            return;
        }
        Flight flight = flights.remove(key);
        if (flight != null) {
            List<Passenger> told = new ArrayList<>(flight.passengers);
            waiting.addAndGet(-told.size());
            shared.add(told.size());
            told.forEach(passenger -> tell(() -> passenger.landed(outcome)));
        }
    }

    /** Whatever one that is told does, the others are told too. */
    private static void tell(Runnable telling) {
        try {
            telling.run();
        } catch (RuntimeException | Error e) {
            LOG.error("a call that waited for another could not go on: {}", Traces.of(e));
        }
    }

    private void nextLeads(AnswerKey key) {
        Passenger[] next = {null};
        flights.computeIfPresent(key, (same, flight) -> {
            var passengers = flight.passengers.iterator();
            if (!passengers.hasNext()) {
                return null;
            }
            next[0] = passengers.next();
            passengers.remove();
            return flight;
        });
        if (next[0] != null) {
            waiting.decrementAndGet();
            Passenger leader = next[0];
            tell(leader::leads);
        }
    }

    /** Calls that were answered by what became of another. */
    public long shared() {
        return shared.sum();
    }

    /** How many wait for another now. */
    public int waiting() {
        return waiting.get();
    }
}
