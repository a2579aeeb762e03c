package dev.serai.mcp.client;

import dev.serai.http.LocalAnswer;
import dev.serai.http.LocalRequest;
import dev.serai.http.LocalServers;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A listed server, which is a process of this machine. */
final class LocalWire implements Wire {
    private final LocalServers servers;
    private final String name;

    LocalWire(LocalServers servers, String name) {
        this.servers = servers;
        this.name = name;
    }

    @Override
    public Answer send(String method, Map<String, String> headers, @Nullable String body, Duration timeout) {
        Map<String, String> lower = new HashMap<>();
        headers.forEach((header, value) -> lower.put(header.toLowerCase(Locale.ROOT), value));
        CompletableFuture<LocalAnswer> sent = servers.send(
                new LocalRequest(name, method, lower, body == null ? Buffer.buffer() : Buffer.buffer(body)));
        try {
            LocalAnswer answer = sent.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            InputStream events = answer.stream();
            return new Answer(
                    answer.status(),
                    Wire.mediaType(answer.headers().get("Content-Type")),
                    answer.headers().get("Mcp-Session-Id"),
                    events == null ? new ByteArrayInputStream(answer.body().getBytes()) : events);
        } catch (TimeoutException e) {
            sent.cancel(false);
            throw new CapabilityException(ErrorCode.TIMEOUT, "stdio:" + name + " did not answer in time", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof CapabilityException told) {
                throw told;
            }
            throw new CapabilityException(
                    ErrorCode.UPSTREAM_UNAVAILABLE,
                    "the process of stdio:" + name + " ended before it had answered",
                    e);
        } catch (InterruptedException e) {
            sent.cancel(false);
            Thread.currentThread().interrupt();
            throw new CapabilityException(ErrorCode.CANCELLED, "interrupted", e);
        }
    }
}
