package dev.serai.session;

/** Opens, checks and closes sessions with a server. These calls are interrupted when their time is up. */
public interface SessionHandler {
    /** The open session, also for a server that keeps none (then without an id). */
    Session open() throws Exception;

    /** Tells the server that the session ends. Only called for a session with an id, at most once. */
    void close(Session session, CloseReason reason) throws Exception;

    /** Whether the server still knows the session. A failure to find out says nothing against it. */
    default boolean knows(Session session) throws Exception {
        return true;
    }

    /**
     * The session is in use. Told when the pool notes a use, at most once a second, by the calling thread: it must
     * not block.
     */
    default void used(Session session) {}

    /** The session takes no more calls; those in flight go on. Told once, under locks: it must not block. */
    default void retired(Session session, CloseReason reason) {}
}
