package dev.serai.flow;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.invocation.Json;
import java.io.IOException;
import java.io.OutputStream;

/** How long the text of a tree is. */
final class JsonLength {
    private JsonLength() {}

    /** Bytes of UTF-8; anything above {@code most} for what is longer, or nested too deeply to be written. */
    static long of(JsonNode tree, long most) {
        Meter meter = new Meter(most);
        try {
            Json.MAPPER.writeValue(meter, tree);
        } catch (IOException e) {
            return most + 1;
        }
        return meter.written;
    }

    private static final class Meter extends OutputStream {
        private final long most;
        private long written;

        Meter(long most) {
            this.most = most;
        }

        @Override
        public void write(int b) throws IOException {
            add(1);
        }

        @Override
        public void write(byte[] bytes, int from, int count) throws IOException {
            add(count);
        }

        private void add(int count) throws IOException {
            written += count;
            if (written > most) {
                throw new IOException("too large");
            }
        }
    }
}
