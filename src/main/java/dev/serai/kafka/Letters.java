package dev.serai.kafka;

import dev.serai.delivery.DeadLetter;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** Reads what a record of the dead-letter topic means. One that somebody else put there is a letter without a cause. */
final class Letters {
    private static final int MAX_HEADERS = 64;

    private Letters() {}

    static String id(ConsumerRecord<byte[], byte[]> letter) {
        return letter.partition() + "-" + letter.offset();
    }

    /** The offset of the letter that this record says has been replayed; {@code null} where this is a letter. */
    static @Nullable Long replayed(ConsumerRecord<byte[], byte[]> found) {
        Header[] headers = found.headers().toArray();
        if (headers.length != 1 || !headers[0].key().equals(DeadHeaders.REPLAYED) || found.value() != null) {
            return null;
        }
        String text = text(headers[0].value());
        return text != null && text.matches("\\d{1,18}") ? Long.valueOf(text) : null;
    }

    /** The headers of the original, in their order. */
    static List<Header> original(ConsumerRecord<byte[], byte[]> letter) {
        List<Header> all = Arrays.asList(letter.headers().toArray());
        int own = all.size() - DeadHeaders.ALL.size();
        return isOurs(all) ? all.subList(0, own) : all;
    }

    private static boolean isOurs(List<Header> headers) {
        int first = headers.size() - DeadHeaders.ALL.size();
        return first >= 0
                && headers.subList(first, headers.size()).stream()
                        .map(Header::key)
                        .toList()
                        .equals(DeadHeaders.ALL);
    }

    /** Whether the value is that of the original. */
    static boolean isWhole(ConsumerRecord<byte[], byte[]> letter) {
        return !isOurs(Arrays.asList(letter.headers().toArray()))
                || Boolean.parseBoolean(TakenRecord.text(letter, DeadHeaders.WHOLE));
    }

    static DeadLetter letter(String channel, ConsumerRecord<byte[], byte[]> letter, boolean withBody) {
        boolean ours = isOurs(Arrays.asList(letter.headers().toArray()));
        Map<String, String> headers = new LinkedHashMap<>();
        for (Header header : original(letter)) {
            String value = text(header.value());
            if (value != null && headers.size() < MAX_HEADERS) {
                headers.put(header.key(), value);
            }
        }
        return new DeadLetter(
                channel,
                id(letter),
                at(letter, ours),
                TakenRecord.text(letter, "CapabilityId"),
                own(letter, ours ? DeadHeaders.REQUEST_ID : "CapabilityRequestId", ""),
                ours ? own(letter, DeadHeaders.CODE, "") : "",
                ours ? own(letter, DeadHeaders.DETAIL, "") : "",
                ours ? Integer.parseInt(own(letter, DeadHeaders.ATTEMPTS, "0")) : 0,
                headers,
                withBody ? body(letter.value()) : null);
    }

    private static String own(ConsumerRecord<byte[], byte[]> letter, String name, String otherwise) {
        String text = TakenRecord.text(letter, name);
        return text == null ? otherwise : text;
    }

    private static Instant at(ConsumerRecord<byte[], byte[]> letter, boolean ours) {
        try {
            return ours
                    ? Instant.parse(own(letter, DeadHeaders.AT, ""))
                    : Instant.ofEpochMilli(Math.max(0, letter.timestamp()));
        } catch (DateTimeException e) {
            return Instant.ofEpochMilli(Math.max(0, letter.timestamp()));
        }
    }

    private static String body(byte @Nullable [] value) {
        if (value == null) {
            return "";
        }
        String text = text(value);
        String shown = text == null ? Base64.getEncoder().encodeToString(value) : text;
        return shown.substring(0, Math.min(shown.length(), DeadLetter.MAX_SHOWN));
    }

    private static @Nullable String text(byte @Nullable [] bytes) {
        if (bytes == null) {
            return null;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }
}
