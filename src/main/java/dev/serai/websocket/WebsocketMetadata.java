package dev.serai.websocket;

import dev.serai.capability.ProviderMetadata;
import dev.serai.web.LoginKeys;
import java.util.Map;
import java.util.Set;

/** The keys of servers that are spoken to over a WebSocket. */
public final class WebsocketMetadata implements ProviderMetadata {
    @Override
    public Set<String> providers() {
        return Set.of("websocket");
    }

    @Override
    public void check(Map<String, String> block, Findings found) {
        try {
            Declared.of(block);
        } catch (Wrong e) {
            found.error(e.key(), String.valueOf(e.getMessage()));
        }
        String url = block.getOrDefault("server_url", "ws:");
        if (!url.startsWith("ws") && !url.startsWith("[")) {
            found.error("server_url", "expected a URL that begins with ws:// or wss://");
        }
        String session = block.getOrDefault("requires_session", "false");
        if (session.equals("false")) {
            found.error(
                    "requires_session",
                    "expected true: a connection is the session; session_scope: call has one for each call");
        }
        LoginKeys.check(block, found);
        ProviderMetadata.warnOfUnknown(block, Declared.KEYS, found);
    }
}
