package dev.serai.session;

/** Lets sessions outlive the pool, for example in a file. */
public interface SessionKeeper {
    /** Keeps nothing. */
    SessionKeeper NONE = (slot, settings, handler, replacing) -> handler;

    /**
     * The handler for what is opened in this place: its {@code open} may answer with a session that was kept, and its
     * {@code close} decides whether the server is told. Never asked about sessions for a single use.
     *
     * @param replacing whether the session that is there stays in use until the other is open
     */
    SessionHandler keep(Slot slot, SessionSettings settings, SessionHandler handler, boolean replacing);
}
