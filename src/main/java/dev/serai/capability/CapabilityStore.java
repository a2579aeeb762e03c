package dev.serai.capability;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Holds the catalogue in force; a reload swaps it whole. */
public final class CapabilityStore {
    private volatile Catalog current;
    private final List<Runnable> afterReplacing = new CopyOnWriteArrayList<>();

    public CapabilityStore(Catalog initial) {
        this.current = initial;
    }

    public Catalog current() {
        return current;
    }

    public void replace(Catalog next) {
        current = next;
        afterReplacing.forEach(Runnable::run);
    }

    /** Adds what to do after each replacement, in the thread that replaces; it must not block. */
    public void afterReplacing(Runnable action) {
        afterReplacing.add(action);
    }
}
