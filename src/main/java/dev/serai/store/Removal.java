package dev.serai.store;

/** What came of removing a session. */
enum Removal {
    /** It is out, and no other process ever took it over: nobody else can be using it. */
    SOLE,
    /** It is out; others may still be using it. */
    SHARED,
    /** It was in use and stays, or something else lies there, or it could not be tried. */
    NOT_REMOVED
}
