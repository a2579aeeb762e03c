package dev.serai.scenario;

import dev.serai.gateway.TestGateway;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.support.EventNotifierSupport;
import org.apache.camel.support.service.ServiceHelper;

/** A server that knows of no sessions: what is counted are the runs of the routes that open and close them. */
final class ChatPeer implements SessionPeer {
    private final AtomicLong opened = new AtomicLong();
    private final AtomicLong closed = new AtomicLong();
    private final AtomicLong keys = new AtomicLong();
    private final ChatServer server = new ChatServer("none yet");
    private final Path key;

    ChatPeer() {
        try {
            key = Files.createTempFile("chat", ".key");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        lose();
    }

    @Override
    public void declare(TestGateway.Builder gateway, String id, String session) {
        gateway.capabilities(id + ".yaml", """
                capabilities:
                  - id: %s
                    metadata:
                      chat: { server_url: "%s", auth_file: "%s", model: m, requires_session: true }
                      session: %s
                """.formatted(id, server.url(""), key, session));
    }

    @Override
    public void watch(TestGateway gateway) {
        CamelContext context = gateway.camelContext();
        EventNotifierSupport counter = new EventNotifierSupport() {
            @Override
            public void notify(CamelEvent event) {
                if (event instanceof CamelEvent.ExchangeSendingEvent sending) {
                    String to = sending.getEndpoint().getEndpointUri();
                    if (to.endsWith("chat-open-session")) {
                        opened.incrementAndGet();
                    } else if (to.endsWith("chat-close-session")) {
                        closed.incrementAndGet();
                    }
                }
            }
        };
        counter.setCamelContext(context);
        ServiceHelper.startService(counter);
        context.getManagementStrategy().addEventNotifier(counter);
        context.getCamelContextExtension().setEventNotificationApplicable(true);
    }

    @Override
    public String arguments() {
        return "{\"prompt\":\"x\"}";
    }

    @Override
    public long opened() {
        return opened.get();
    }

    @Override
    public long closed() {
        return closed.get();
    }

    @Override
    public long works() {
        return server.works();
    }

    /** The key is another from now on: the loss that such servers know. */
    @Override
    public void lose() {
        String next = "key-" + keys.incrementAndGet();
        try {
            Files.writeString(key, next);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.requireKey(next);
    }

    @Override
    public void close() {
        server.close();
        try {
            Files.delete(key);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
