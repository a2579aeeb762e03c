package dev.serai.capability;

/** Holds the catalogue in force; a reload swaps it whole. */
public final class CapabilityStore {
    private volatile Catalog current;
    private volatile Runnable afterReplacing = () -> {};

    public CapabilityStore(Catalog initial) {
        this.current = initial;
    }

    public Catalog current() {
        return current;
    }

    public void replace(Catalog next) {
        current = next;
        afterReplacing.run();
    }

    /** What to do after each replacement, in the thread that replaces; it must not block. */
    public void afterReplacing(Runnable action) {
        afterReplacing = action;
    }
}
