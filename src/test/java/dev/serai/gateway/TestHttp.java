package dev.serai.gateway;

import dev.serai.http.BlockingClient;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient.Version;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import javax.net.ssl.SSLSession;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/** Sends requests of the JDK's form from any number of threads, which the JDK's own client does not do safely. */
public final class TestHttp {
    private static final int CONNECTIONS = 4_096;
    /** A wait for bytes that takes longer fails: it cannot be interrupted. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final CloseableHttpClient CLIENT = BlockingClient.create(CONNECTIONS, Duration.ofSeconds(10));

    private TestHttp() {}

    /** Waits for the whole answer. */
    public static HttpResponse<String> send(HttpRequest request) throws IOException {
        Answer<InputStream> answer = answer(request);
        try (InputStream body = answer.body()) {
            return answer.with(new String(body.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    /** Waits for the head of the answer. Closing the body before its end closes the connection. */
    public static HttpResponse<InputStream> open(HttpRequest request) throws IOException {
        return answer(request);
    }

    private static Answer<InputStream> answer(HttpRequest request) throws IOException {
        HttpUriRequestBase sent = new HttpUriRequestBase(request.method(), request.uri());
        request.headers().map().forEach((name, values) -> values.forEach(value -> sent.addHeader(name, value)));
        request.bodyPublisher().ifPresent(publisher -> {
            boolean chunked = publisher.contentLength() < 0;
            sent.setEntity(new ByteArrayEntity(Collected.from(publisher), null, null, chunked));
        });
        sent.setConfig(RequestConfig.custom()
                .setResponseTimeout(Timeout.of(request.timeout().orElse(PATIENCE)))
                .build());
        try {
            ClassicHttpResponse response = CLIENT.executeOpen(null, sent, null);
            return new Answer<>(
                    request, response.getCode(), headers(response.getHeaders()), new Body(content(response), sent));
        } catch (SocketTimeoutException e) {
            HttpTimeoutException late = new HttpTimeoutException("no answer in time");
            late.initCause(e);
            throw late;
        }
    }

    private static HttpHeaders headers(Header[] headers) {
        Map<String, List<String>> map = new TreeMap<>();
        for (Header header : headers) {
            map.computeIfAbsent(header.getName().toLowerCase(Locale.ROOT), name -> new ArrayList<>())
                    .add(header.getValue());
        }
        return HttpHeaders.of(map, (name, value) -> true);
    }

    private static InputStream content(ClassicHttpResponse response) throws IOException {
        HttpEntity entity = response.getEntity();
        return entity == null ? InputStream.nullInputStream() : entity.getContent();
    }

    private record Answer<T>(HttpRequest request, int statusCode, HttpHeaders headers, T body)
            implements HttpResponse<T> {
        <U> Answer<U> with(U other) {
            return new Answer<>(request, statusCode, headers, other);
        }

        @Override
        public Optional<HttpResponse<T>> previousResponse() {
            return Optional.empty();
        }

        @Override
        public Optional<SSLSession> sslSession() {
            return Optional.empty();
        }

        @Override
        public URI uri() {
            return request.uri();
        }

        @Override
        public Version version() {
            return Version.HTTP_1_1;
        }
    }

    private static final class Body extends FilterInputStream {
        private final HttpUriRequestBase request;

        Body(InputStream content, HttpUriRequestBase request) {
            super(content);
            this.request = request;
        }

        @Override
        public void close() {
            request.cancel();
        }
    }

    /** What a publisher publishes, which it does without waiting for anything. */
    private static final class Collected implements Flow.Subscriber<ByteBuffer> {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final CompletableFuture<byte[]> all = new CompletableFuture<>();

        static byte[] from(HttpRequest.BodyPublisher publisher) {
            Collected collected = new Collected();
            publisher.subscribe(collected);
            return collected.all.join();
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(ByteBuffer part) {
            byte[] copy = new byte[part.remaining()];
            part.get(copy);
            bytes.writeBytes(copy);
        }

        @Override
        public void onError(@Nullable Throwable failure) {
            all.completeExceptionally(failure);
        }

        @Override
        public void onComplete() {
            all.complete(bytes.toByteArray());
        }
    }
}
