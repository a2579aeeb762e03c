package dev.serai.mcp.stdio;

import dev.serai.entry.StdioFront;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An MCP server on standard input and output. */
public final class Front implements StdioFront {
    private static final String ENTRY = "/mcp";
    private static final int LAST_VISIBLE = '~';

    @Override
    public void serve(URI gateway, @Nullable String apiKey, InputStream in, OutputStream out, Consumer<String> log) {
        if (apiKey != null && !apiKey.chars().allMatch(c -> c > ' ' && c <= LAST_VISIBLE)) {
            throw new IllegalArgumentException("the API key holds a character that no HTTP header can carry");
        }
        String path = gateway.getPath();
        URI entry = path.isEmpty() || path.equals("/") ? gateway.resolve(ENTRY) : gateway;
        new StdioBridge(entry, apiKey, new MessageOutput(out), log).serve(in);
    }
}
