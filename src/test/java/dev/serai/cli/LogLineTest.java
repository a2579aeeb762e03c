package dev.serai.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

class LogLineTest {
    @Test
    void aMessageWithLineBreaksStaysOneLine() {
        LogRecord event = new LogRecord(Level.WARNING, "a\r\n12:00:00.000 ERROR forged\u001b[2J");
        event.setLoggerName("dev.serai.cli.Main");

        assertThat(new LogLine().format(event))
                .matches("\\d\\d:\\d\\d:\\d\\d\\.\\d{3} WARN  Main a\\\\r\\\\n12:00:00\\.000 ERROR forged\\?\\[2J\\R");
    }

    @Test
    void aFailureWithLineBreaksForgesNoLineEither() {
        LogRecord event = new LogRecord(Level.SEVERE, "broken");
        event.setLoggerName("dev.serai.cli.Main");
        event.setThrown(new IllegalStateException(
                "outer\n12:00:00.000 ERROR forged", new IOException("inner\r12:00:00.000 WARN  forged\u001b[2J")));

        String text = new LogLine().format(event);

        assertThat(text.lines().filter(line -> !line.startsWith("  | ")))
                .singleElement()
                .asString()
                .endsWith("broken");
        assertThat(text)
                .contains("  | java.lang.IllegalStateException: outer", "  | Caused by: java.io.IOException: inner")
                .contains("  |  at dev.serai.cli.LogLineTest.")
                .doesNotContain("\u001b");
    }
}
