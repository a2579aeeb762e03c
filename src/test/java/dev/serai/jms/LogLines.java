package dev.serai.jms;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;

/** What is logged in this process. */
final class LogLines extends Handler implements AutoCloseable {
    private static final Logger ALL = Logger.getLogger("");
    private static final Logger ENTRY = Logger.getLogger("dev.serai.jms");
    /** The entry, and the clients of the broker. */
    private static final List<String> SOURCES = List.of(
            ENTRY.getName(),
            "org.apache.activemq.artemis.core.client",
            "org.apache.qpid",
            "org.apache.camel",
            "org.springframework");

    /** The broker in this process says of each connection to it that it was cut, as if it were a client. */
    private static final String BROKERS_OWN = "AMQP connection failure";

    private final List<LogRecord> records = new ArrayList<>();

    LogLines() {
        ENTRY.setLevel(Level.INFO);
        ALL.addHandler(this);
    }

    @Override
    public synchronized void publish(LogRecord event) {
        records.add(event);
    }

    /** Those of the entry and of the broker's client. */
    synchronized List<String> seen() {
        return records.stream()
                .filter(event -> SOURCES.stream().anyMatch(String.valueOf(event.getLoggerName())::startsWith))
                .filter(event -> !event.getMessage().contains(BROKERS_OWN))
                .map(event -> event.getLevel() + " " + event.getMessage())
                .toList();
    }

    /** Everything, failures too. */
    synchronized String text() {
        return String.join(
                "\n",
                records.stream()
                        .flatMap(event -> Stream.of(event.getMessage(), String.valueOf(event.getThrown())))
                        .toList());
    }

    @Override
    public void flush() {
        // Nothing is buffered.
    }

    @Override
    public void close() {
        ENTRY.setLevel(null);
        ALL.removeHandler(this);
    }
}
