package dev.serai.session;

/** Opens and closes sessions with a server. Both calls are interrupted when their time is up. */
public interface SessionHandler {
    /** The open session, also for a server that keeps none (then without an id). */
    Session open() throws Exception;

    /** Tells the server that the session ends. Only called for a session with an id, at most once. */
    void close(Session session, CloseReason reason) throws Exception;
}
