package dev.serai.observe;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import org.awaitility.Awaitility;

/** Keeps the spans of every gateway of this process; a test asks for those of its own traces. */
public final class CollectedSpans implements SpanProcessor {
    private static final InMemorySpanExporter SPANS = InMemorySpanExporter.create();

    private final SpanProcessor processor = SimpleSpanProcessor.create(SPANS);

    /** The spans of a trace that has this many, in the order of their beginning. */
    static List<SpanData> trace(String traceId, int count) {
        return Awaitility.await()
                .until(
                        () -> SPANS.getFinishedSpanItems().stream()
                                .filter(span -> span.getTraceId().equals(traceId))
                                .sorted(Comparator.comparingLong(SpanData::getStartEpochNanos))
                                .toList(),
                        spans -> spans.size() == count);
    }

    /** A line for each span, below its parent and further in; ports and session hashes are made alike. */
    static String tree(List<SpanData> spans) {
        StringBuilder text = new StringBuilder();
        for (SpanData span : spans) {
            text.append("  ".repeat(depth(span, spans)))
                    .append(span.getKind().name().toLowerCase(Locale.ROOT))
                    .append(" \"")
                    .append(span.getName())
                    .append('"');
            TreeMap<String, Object> sorted = new TreeMap<>();
            span.getAttributes()
                    .asMap()
                    .forEach((AttributeKey<?> key, Object value) -> sorted.put(key.getKey(), value));
            sorted.forEach(
                    (key, value) -> text.append(' ').append(key).append('=').append(value));
            span.getEvents()
                    .forEach(event -> text.append(" [").append(event.getName()).append(']'));
            text.append('\n');
        }
        return text.toString()
                .replaceAll("127\\.0\\.0\\.1:\\d+", "127.0.0.1:9000")
                .replaceAll("serai.session=\\S+", "serai.session=4be1c0a7");
    }

    private static int depth(SpanData span, List<SpanData> spans) {
        return spans.stream()
                .filter(other -> other.getSpanId().equals(span.getParentSpanId()))
                .findFirst()
                .map(parent -> 1 + depth(parent, spans))
                .orElse(0);
    }

    @Override
    public void onStart(Context parent, ReadWriteSpan span) {
        processor.onStart(parent, span);
    }

    @Override
    public boolean isStartRequired() {
        return processor.isStartRequired();
    }

    @Override
    public void onEnd(ReadableSpan span) {
        processor.onEnd(span);
    }

    @Override
    public boolean isEndRequired() {
        return true;
    }
}
