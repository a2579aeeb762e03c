package dev.serai.policy;

/** A call that was let through; to be told once how it ended. */
public interface Passage {
    /** For a call that no policy watches. */
    Passage UNWATCHED = how -> {};

    /** How the call ended, as far as its server is concerned. */
    enum End {
        /** The server did what it is there for, be it to say that the caller's request was wrong. */
        SERVED,
        /** The server failed, was not there, or was late. */
        FAILED,
        /** Says nothing of the server. */
        UNKNOWN
    }

    void ended(End how);
}
