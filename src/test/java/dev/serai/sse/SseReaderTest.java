package dev.serai.sse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.serai.invocation.CapabilityException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SseReaderTest {
    private static final int LIMIT = 1_000;

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r", "\r\n"})
    void everyLineEndEndsALine(String end) throws IOException {
        String stream = "data: a\ndata: b\n\nevent: x\ndata: c\n\n".replace("\n", end);

        assertThat(events(stream)).containsExactly(new SseEvent("message", "a\nb"), new SseEvent("x", "c"));
    }

    @Test
    void onlyOneSpaceAfterTheColonIsDropped() throws IOException {
        assertThat(events("data:a\n\ndata: b\n\ndata:  c\n\ndata: d: e\n\n"))
                .extracting(SseEvent::data)
                .containsExactly("a", "b", " c", "d: e");
    }

    @Test
    void aFieldWithoutColonHasAnEmptyValue() throws IOException {
        assertThat(events("data\n\ndata\ndata: x\n\n")).containsExactly(new SseEvent("message", "\nx"));
    }

    @Test
    void commentsAndUnknownFieldsAreIgnored() throws IOException {
        assertThat(events(": hello\n:\nfoo: bar\nData: no\ndata: yes\n\n"))
                .containsExactly(new SseEvent("message", "yes"));
    }

    @Test
    void aByteOrderMarkIsDroppedOnceAtTheStart() throws IOException {
        assertThat(events("\uFEFFdata: a\n\ndata: \uFEFFb\n\n"))
                .extracting(SseEvent::data)
                .containsExactly("a", "\uFEFFb");
    }

    @Test
    void theTypeOfAnEventWithoutDataIsForgotten() throws IOException {
        assertThat(events("event: x\n\ndata: a\n\n")).containsExactly(new SseEvent("message", "a"));
    }

    @Test
    void whoAsksForThemGetsEventsThatHaveATypeAndNoData() throws IOException {
        String stream = "event: x\n\n: comment\n\ndata:\n\nevent: y\ndata:\n\nid: 1\n\nevent: z\ndata: a\n\nevent: cut";
        InputStream sent = new ByteArrayInputStream(stream.getBytes(StandardCharsets.UTF_8));

        assertThat(all(SseReader.withBare(sent, LIMIT)))
                .containsExactly(new SseEvent("x", ""), new SseEvent("y", ""), new SseEvent("z", "a"));
        assertThat(events(stream)).containsExactly(new SseEvent("z", "a"));
    }

    @Test
    void theIdOfAnEventThatIsCutOffIsNotThatOfTheLast() throws IOException {
        SseReader reader = reader("id: 7\ndata: whole\n\nid: 8\ndata: cut of");

        assertThat(reader.next()).isEqualTo(new SseEvent("message", "whole"));
        assertThat(reader.next()).isNull();
        assertThat(reader.lastEventId()).isEqualTo("7");
    }

    @Test
    void idAndRetryAreRememberedFromEventsWithoutData() throws IOException {
        SseReader reader = reader("id: 7\nretry: 250\ndata:\n\nid: a\0b\nretry: 1x\ndata: z\n\n");

        assertThat(reader.next()).isEqualTo(new SseEvent("message", "z"));
        assertThat(reader.lastEventId()).isEqualTo("7");
        assertThat(reader.retryMillis()).isEqualTo(250);
    }

    @Test
    void anEventThatTheEndCutsOffIsDropped() throws IOException {
        assertThat(events("data: a\n\ndata: b\n")).extracting(SseEvent::data).containsExactly("a");
        assertThat(events("data: a\n\ndata: b")).extracting(SseEvent::data).containsExactly("a");
    }

    @Test
    void textIsUtf8AcrossReads() throws IOException {
        assertThat(events("data: \u00e4\u20ac\ud83d\ude00\n\n"))
                .extracting(SseEvent::data)
                .containsExactly("\u00e4\u20ac\ud83d\ude00");
    }

    @Test
    void anEventIsThereAsSoonAsItsBlankLineIs() throws IOException {
        for (String end : List.of("\n\n", "\r\r", "\r\n\r\n")) {
            InputStream sent = new ByteArrayInputStream(("data: a" + end).getBytes(StandardCharsets.UTF_8));
            SseReader reader = new SseReader(new SequenceInputStream(sent, new Waiting()), LIMIT);
            assertThat(reader.next()).isEqualTo(new SseEvent("message", "a"));
        }
    }

    @Test
    void aLineOrAnEventOverTheLimitIsRefused() {
        String many = "data: 123456789\n".repeat(200);

        assertThatThrownBy(() -> events("data: " + "x".repeat(LIMIT)))
                .isInstanceOf(CapabilityException.class)
                .hasMessageContaining("1000 bytes");
        assertThatThrownBy(() -> events(many)).isInstanceOf(CapabilityException.class);
        assertThatThrownBy(() -> events(": " + "x".repeat(LIMIT))).isInstanceOf(CapabilityException.class);
        assertThatThrownBy(() -> events("data:\n".repeat(LIMIT + 2))).isInstanceOf(CapabilityException.class);
    }

    /** Reads it twice, at once and byte by byte, and expects the same. */
    private static List<SseEvent> events(String stream) throws IOException {
        List<SseEvent> atOnce = all(reader(stream));
        InputStream slow = new ByteArrayInputStream(stream.getBytes(StandardCharsets.UTF_8)) {
            @Override
            public int read(byte[] target, int offset, int length) {
                return super.read(target, offset, 1);
            }
        };
        assertThat(all(new SseReader(slow, LIMIT))).isEqualTo(atOnce);
        return atOnce;
    }

    private static List<SseEvent> all(SseReader reader) throws IOException {
        List<SseEvent> events = new ArrayList<>();
        for (SseEvent event = reader.next(); event != null; event = reader.next()) {
            events.add(event);
        }
        return events;
    }

    private static SseReader reader(String stream) {
        return new SseReader(new ByteArrayInputStream(stream.getBytes(StandardCharsets.UTF_8)), LIMIT);
    }

    /** What a real stream would hang at. */
    private static final class Waiting extends InputStream {
        @Override
        public int read() {
            throw new AssertionError("read past what has been sent so far");
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            return read();
        }
    }
}
