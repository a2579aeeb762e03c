package dev.serai.flow;

/** What a failed attempt calls for. */
enum Remedy {
    /** Nothing helps, or a replay would not be safe. */
    NONE,
    /** The request did not reach the upstream, or may run twice: send it again. */
    REPLAY,
    /** The credential was refused: read it again, open a new session, send it again. */
    NEW_CREDENTIAL,
    /** The credential lacks a scope: get one that has it, send it again. */
    WIDER_CREDENTIAL,
    /** The session is gone: open a new one, send it again. */
    NEW_SESSION
}
