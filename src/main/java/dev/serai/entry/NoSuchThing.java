package dev.serai.entry;

/** What a path names is not there: 404. */
final class NoSuchThing extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param message what is not there, and where those are listed that are */
    NoSuchThing(String message) {
        super(message, null, false, false);
    }
}
