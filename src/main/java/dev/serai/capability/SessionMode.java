package dev.serai.capability;

/** What a declaration's {@code <provider>_requires_session} asks for. */
public enum SessionMode {
    /** {@code true}: failing to get a session is an error. */
    REQUIRED,
    /** {@code auto}: open one; go on without where the server turns out to keep none. */
    AUTO,
    /** {@code false} or absent. */
    NONE
}
