package dev.serai.http;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Sends small requests beside the calls of capabilities, over the same connections: to who issues tokens. Bounded in time
 * and size; a redirect is an answer like any other. Waits, so it must not be used on an event loop.
 */
public final class SideClient {
    private final UpstreamClient client;

    public SideClient(UpstreamClient client) {
        this.client = client;
    }

    /**
     * What was answered.
     *
     * @throws IOException where no answer came, saying why in words that may be shown
     */
    public SideAnswer send(SideRequest request) throws IOException {
        Target target = Target.of(request.url());
        InetAddress address = address(target, request.publicOnly());
        Context context = client.context(null);
        Exchange exchange = new Exchange(request);
        RequestOptions options = new RequestOptions()
                .setServer(client.server(client.networks().usual(), target, address))
                .setMethod(HttpMethod.valueOf(request.method()))
                .setHost(target.written())
                .setPort(target.port())
                .setSsl(target.tls())
                .setURI(target.path());
        request.headers().forEach(options::addHeader);
        context.runOnContext(begin -> client.of(context, request.timeout(), target.host())
                .request(options)
                .onComplete(asked -> {
                    if (asked.succeeded()) {
                        exchange.send(asked.result());
                    } else {
                        exchange.outcome.completeExceptionally(asked.cause());
                    }
                }));
        try {
            return exchange.outcome.get(request.timeout().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new IOException("it did not answer in time", e);
        } catch (ExecutionException e) {
            throw new IOException("it could not be reached: " + kind(e.getCause()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the wait for it was interrupted");
        } finally {
            context.runOnContext(end -> exchange.cut());
        }
    }

    private static String kind(@Nullable Throwable cause) {
        return cause == null ? "no reason is known" : cause.getClass().getSimpleName();
    }

    /** Whether every address of this host is one that only this machine or its network reaches. */
    public boolean isPrivate(String url) {
        try {
            return addresses(Target.of(url)).stream().allMatch(PrivateAddresses::contain);
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private List<InetAddress> addresses(Target target) throws UnknownHostException {
        List<InetAddress> known = client.addresses().known(target.host());
        return known != null ? known : client.addresses().look(target.host());
    }

    /** The address is chosen here and not looked up again, so that it is the one that was judged. */
    private InetAddress address(Target target, boolean publicOnly) throws IOException {
        List<InetAddress> found;
        try {
            List<InetAddress> any =
                    publicOnly ? null : client.known(client.networks().usual(), target.host());
            found = any != null ? any : addresses(target);
        } catch (UnknownHostException e) {
            throw new IOException("its host name is unknown", e);
        }
        for (InetAddress address : found) {
            if (!publicOnly || !PrivateAddresses.contain(address)) {
                return address;
            }
        }
        throw new IOException("its address is of this machine or its network, where a server may not send anybody");
    }

    /** Everything but the outcome is touched on the event loop only. */
    private static final class Exchange {
        private final SideRequest request;
        private final CompletableFuture<SideAnswer> outcome = new CompletableFuture<>();
        private final Buffer body = Buffer.buffer();
        private @Nullable HttpClientRequest opened;
        private boolean ended;
        private boolean cut;

        Exchange(SideRequest request) {
            this.request = request;
        }

        void send(HttpClientRequest request) {
            opened = request;
            request.exceptionHandler(outcome::completeExceptionally);
            if (cut) {
                close();
                return;
            }
            request.response().onComplete(head -> {
                if (head.succeeded()) {
                    answered(head.result());
                } else {
                    outcome.completeExceptionally(head.cause());
                }
            });
            var unused =
                    this.request.body().isEmpty() ? request.end() : request.end(Buffer.buffer(this.request.body()));
        }

        private void answered(HttpClientResponse head) {
            head.exceptionHandler(why -> done(head, false));
            head.handler(chunk -> {
                int room = request.maxBody() - body.length();
                body.appendBuffer(chunk.length() <= room ? chunk : chunk.getBuffer(0, room));
                if (chunk.length() > room) {
                    done(head, false);
                    close();
                }
            });
            head.endHandler(end -> {
                ended = true;
                done(head, true);
            });
        }

        private void done(HttpClientResponse head, boolean whole) {
            outcome.complete(new SideAnswer(head.statusCode(), body.toString(StandardCharsets.UTF_8), whole));
        }

        /** Nobody waits any more. */
        void cut() {
            cut = true;
            close();
        }

        private void close() {
            if (opened != null && !ended) {
                ended = true;
                var unused = opened.connection().close();
            }
        }
    }
}
