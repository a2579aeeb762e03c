package dev.serai.store;

import java.util.Locale;

/** What sessions are stored in. */
public enum StoreMode {
    NONE,
    FILE,
    REDIS;

    /**
     * The mode of this word.
     *
     * @throws IllegalArgumentException naming what was expected
     */
    public static StoreMode parse(String text) {
        for (StoreMode mode : values()) {
            if (mode.word().equals(text)) {
                return mode;
            }
        }
        throw new IllegalArgumentException("serai.store = '" + text + "': expected none, file or redis");
    }

    /** As in the settings. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
