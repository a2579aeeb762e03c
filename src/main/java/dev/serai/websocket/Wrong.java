package dev.serai.websocket;

/** A mistake of the declaration. */
final class Wrong extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final String key;

    Wrong(String key, String message) {
        super(message);
        this.key = key;
    }

    String key() {
        return key;
    }
}
