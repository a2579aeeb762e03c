package dev.serai.mcp.stdio;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Where messages are written, a line each, whole. */
final class MessageOutput {
    private final OutputStream out;

    MessageOutput(OutputStream out) {
        this.out = out;
    }

    /** @throws UncheckedIOException where nobody reads any more */
    void write(String message) {
        // Line breaks of valid JSON stand between its tokens.
        byte[] line = (message.replace('\n', ' ').replace('\r', ' ') + "\n").getBytes(StandardCharsets.UTF_8);
        synchronized (out) {
            try {
                out.write(line);
                out.flush();
                if (out instanceof PrintStream standard && standard.checkError()) {
                    throw new IOException("nobody reads the output");
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
