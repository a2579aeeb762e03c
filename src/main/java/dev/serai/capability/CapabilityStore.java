package dev.serai.capability;

/** Holds the catalogue in force; a reload swaps it whole. */
public final class CapabilityStore {
    private volatile Catalog current;

    public CapabilityStore(Catalog initial) {
        this.current = initial;
    }

    public Catalog current() {
        return current;
    }

    public void replace(Catalog next) {
        current = next;
    }
}
