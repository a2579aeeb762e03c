package dev.serai.mcp.client;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.http.LocalServers;
import dev.serai.importing.ImportConnection;
import dev.serai.importing.ImportSource;
import dev.serai.importing.ImportedServer;
import dev.serai.importing.ImportedTool;
import dev.serai.importing.Importer;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tools of MCP servers, of every revision over Streamable HTTP or stdio. */
public final class McpImporter implements Importer {
    static final int MOST_TOOLS = 100_000;

    private static final int MOST_PAGES = 10_000;
    /** Of the tools' texts and the cursors together: a file of declarations may have 64 MiB. */
    private static final long MOST_CHARS = 48 << 20;

    private static final Duration LONGEST = Duration.ofMinutes(10);

    private final Duration longest;

    public McpImporter() {
        this(LONGEST);
    }

    /** @param longest that getting one list may take, but for its last page */
    McpImporter(Duration longest) {
        this.longest = longest;
    }

    @Override
    public String kind() {
        return "mcp";
    }

    @Override
    public ImportConnection open(ImportSource source) {
        String url = source.url();
        Wire wire = LocalServers.isLocal(url)
                ? new LocalWire(source.local(), url.substring(LocalServers.SCHEME.length()))
                : new HttpWire(URI.create(url), source.token(), source.network());
        Peer peer = new Peer(wire);
        peer.open();
        return new Connection(peer, longest);
    }

    private static final class Connection implements ImportConnection {
        private static final long AGAIN_MILLIS = 1_000;

        private final Peer peer;
        private final Duration longest;

        Connection(Peer peer, Duration longest) {
            this.peer = peer;
            this.longest = longest;
        }

        @Override
        public ImportedServer fetch() {
            List<ImportedTool> tools;
            try {
                tools = tools();
            } catch (CapabilityException e) {
                if (e.code() == ErrorCode.UPSTREAM_PROTOCOL_ERROR || !peer.hasSession()) {
                    throw e;
                }
                // The session may be gone since the last time.
                peer.open();
                tools = tools();
            }
            Map<String, Object> metadata = new LinkedHashMap<>();
            metadata.put("requires_session", peer.hasSession() ? (Object) true : "auto");
            metadata.put("protocol_version", peer.version());
            return new ImportedServer(peer.name(), metadata, tools);
        }

        private List<ImportedTool> tools() {
            List<ImportedTool> tools = new ArrayList<>();
            Set<String> cursors = new HashSet<>();
            long chars = 0;
            long begun = System.nanoTime();
            String cursor = null;
            for (int page = 0; page < MOST_PAGES; page++) {
                ToolPage read = ToolPage.read(peer.ask("tools/list", params(cursor))
                        .orThrow("tools/list")
                        .text());
                tools.addAll(read.tools());
                chars += read.tools().stream().mapToLong(Connection::chars).sum();
                cursor = read.next();
                chars += cursor == null ? 0 : cursor.length();
                if (tools.size() > MOST_TOOLS || chars > MOST_CHARS) {
                    throw wrong("the server offers more than " + MOST_TOOLS + " tools, or " + MOST_CHARS
                            + " characters of them");
                }
                if (cursor == null) {
                    return tools;
                }
                if (System.nanoTime() - begun >= longest.toNanos()) {
                    throw wrong("the server's list has not come to an end in " + longest.toSeconds() + " s");
                }
                if (!cursors.add(cursor)) {
                    throw wrong("the server gives the same cursor twice: its list has no end");
                }
            }
            throw wrong("the server's list has more than " + MOST_PAGES + " pages");
        }

        private ObjectNode params(@Nullable String cursor) {
            ObjectNode params = peer.params();
            if (cursor != null) {
                params.put("cursor", cursor);
            }
            return params;
        }

        private static long chars(ImportedTool tool) {
            String output = tool.outputSchema();
            return (long) tool.name().length()
                    + tool.title().length()
                    + tool.description().length()
                    + tool.inputSchema().length()
                    + (output == null ? 0 : output.length());
        }

        private static CapabilityException wrong(String what) {
            return new CapabilityException(ErrorCode.UPSTREAM_PROTOCOL_ERROR, what);
        }

        @Override
        public void awaitChange(Duration otherwise) throws InterruptedException {
            try {
                if (!peer.awaitNotification("notifications/tools/list_changed", Duration.ofDays(1))) {
                    pause(otherwise.toMillis());
                }
            } catch (IOException | CapabilityException e) {
                // The stream broke, or the server is gone: the next look will tell.
                pause(AGAIN_MILLIS);
            }
        }

        private static void pause(long millis) throws InterruptedException {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            new java.util.concurrent.CountDownLatch(1).await(millis, java.util.concurrent.TimeUnit.MILLISECONDS);
        }

        @Override
        public void close() {
            peer.close();
        }
    }
}
