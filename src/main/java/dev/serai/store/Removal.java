package dev.serai.store;

/** What came of removing a session. */
enum Removal {
    /** It is out, and no other process ever took it over: nobody else can be using it. */
    SOLE,
    /** It is out; others may still be using it. */
    SHARED,
    /** It was not there, nor had anybody taken it out lately: it lapsed, or the store has lost it. */
    ABSENT,
    /** It was in use and stays, or another has taken it out, or it could not be tried. */
    NOT_REMOVED
}
