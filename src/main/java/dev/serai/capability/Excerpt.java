package dev.serai.capability;

import dev.serai.invocation.UpstreamText;

/** Shortens text that came from outside before it goes into a message. */
final class Excerpt {
    private static final int LONGEST = 100;

    private Excerpt() {}

    /** At most 100 characters; those that steer a terminal, or the direction of the text, are shown as blanks. */
    static String of(String text) {
        return text.length() <= LONGEST
                ? UpstreamText.printable(text)
                : UpstreamText.printable(text.substring(0, LONGEST)) + '…';
    }
}
