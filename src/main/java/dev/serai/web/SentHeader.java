package dev.serai.web;

import org.apache.camel.Message;

/** The value of a header that goes out, which is told from one that came in, whatever its name. */
public record SentHeader(String value) {
    /** Puts it on a message. */
    public static void set(Message message, String name, String value) {
        message.setHeader(name, new SentHeader(value));
    }

    /** Takes off what went out. */
    public static void clear(Message message) {
        message.getHeaders().values().removeIf(SentHeader.class::isInstance);
    }

    @Override
    public String toString() {
        return value;
    }
}
