package dev.serai.kafka;

import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether the broker can be worked with, and if not, why; one line in the log for each change. */
final class LinkState {
    private static final Logger LOG = LoggerFactory.getLogger(LinkState.class);

    private final String goodNews;
    private final Map<Part, String> troubles = new EnumMap<>(Part.class);
    private String said = "";
    private volatile boolean up;

    /** What can be in trouble. */
    enum Part {
        BROKER,
        TAKING,
        ANSWERING
    }

    /** @param goodNews what to say when all is well, for the first time or again */
    LinkState(String goodNews) {
        this.goodNews = goodNews;
        troubles.put(Part.BROKER, "");
    }

    boolean isUp() {
        return up;
    }

    /** Whether the broker has answered the last time it was asked, and has every topic. */
    synchronized boolean isThere() {
        return !troubles.containsKey(Part.BROKER);
    }

    synchronized void fine(Part part) {
        troubles.remove(part);
        tell();
    }

    /** @param why in words, without a secret */
    synchronized void failing(Part part, String why) {
        troubles.put(part, why);
        tell();
    }

    private void tell() {
        @Nullable String why = troubles.values().stream().findFirst().orElse(null);
        up = why == null;
        String words = why == null ? goodNews : why;
        if (!words.equals(said)) {
            said = words;
            if (why == null) {
                LOG.info("Kafka: {}", words);
            } else {
                LOG.warn("Kafka: {}; tried again until that changes", words);
            }
        }
    }
}
