package dev.serai.cli;

import static org.assertj.core.api.Assertions.assertThat;

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
}
