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
    /** Of the tools' texts together: a file of declarations may have 64 MiB. */
    private static final long MOST_CHARS = 48 << 20;

    @Override
    public String kind() {
        return "mcp";
    }

    @Override
    public ImportConnection open(ImportSource source) {
        String url = source.url();
        Wire wire = LocalServers.isLocal(url)
                ? new LocalWire(source.local(), url.substring(LocalServers.SCHEME.length()))
                : new HttpWire(URI.create(url), source.token());
        Peer peer = new Peer(wire);
        peer.open();
        return new Connection(peer);
    }

    private static final class Connection implements ImportConnection {
        private static final long AGAIN_MILLIS = 1_000;

        private final Peer peer;

        Connection(Peer peer) {
            this.peer = peer;
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
            String cursor = null;
            for (int page = 0; page < MOST_PAGES; page++) {
                ToolPage read = ToolPage.read(peer.ask("tools/list", params(cursor))
                        .orThrow("tools/list")
                        .text());
                tools.addAll(read.tools());
                chars += read.tools().stream().mapToLong(Connection::chars).sum();
                if (tools.size() > MOST_TOOLS || chars > MOST_CHARS) {
                    throw wrong("the server offers more than " + MOST_TOOLS + " tools, or " + MOST_CHARS
                            + " characters of them");
                }
                cursor = read.next();
                if (cursor == null) {
                    return tools;
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
