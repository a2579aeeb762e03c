package dev.serai.observe;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.invocation.CallLabel;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;

/**
 * One event, one JSON object, one line. While a thread serves a call, its lines carry {@code requestId}, {@code
 * capability} and, within a trace, {@code traceId}.
 */
public final class JsonLog extends Formatter {
    @Override
    public String format(LogRecord event) {
        ObjectNode line = JsonNodeFactory.instance.objectNode();
        line.put("time", event.getInstant().toString())
                .put("level", level(event.getLevel()))
                .put("logger", String.valueOf(event.getLoggerName()))
                .put("message", formatMessage(event));
        CallLabel call = CallLabel.current();
        if (call != null) {
            line.put("requestId", call.requestId());
            if (call.capabilityId() != null) {
                line.put("capability", call.capabilityId());
            }
            if (call.traceId() != null) {
                line.put("traceId", call.traceId());
            }
        }
        Throwable thrown = event.getThrown();
        if (thrown != null) {
            StringWriter trace = new StringWriter();
            thrown.printStackTrace(new PrintWriter(trace, true));
            line.put("error", trace.toString());
        }
        return line + System.lineSeparator();
    }

    private static String level(Level level) {
        int value = level.intValue();
        if (value >= Level.SEVERE.intValue()) {
            return "ERROR";
        }
        if (value >= Level.WARNING.intValue()) {
            return "WARN";
        }
        if (value >= Level.INFO.intValue()) {
            return "INFO";
        }
        return value >= Level.FINE.intValue() ? "DEBUG" : "TRACE";
    }
}
