package dev.serai.http;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * An answer: whole, or an event stream that is read as it arrives.
 *
 * @param status 200 to 599
 * @param body all of it; of an answer that is not 2xx its beginning
 * @param place what it takes in memory
 * @param stream the body where it is an event stream; {@code null} where it is whole
 */
record Arrival(
        int status,
        MultiMap headers,
        Buffer body,
        AnswerMemory.Place place,
        @Nullable EventStream stream) {
    boolean success() {
        return status >= 200 && status < 300;
    }
}
