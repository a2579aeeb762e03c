package dev.serai.sample;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The last 256 requests, kept as they are and turned into records only when asked for. */
final class RequestLog {
    private static final int KEPT = 256;
    private static final int KEPT_BODY_BYTES = 64 * 1024;

    private record Entry(String method, String uri, MultiMap headers, Buffer body) {}

    private final ArrayDeque<Entry> entries = new ArrayDeque<>();

    void add(HttpServerRequest request, Buffer body) {
        Buffer kept = body.length() <= KEPT_BODY_BYTES ? body : body.getBuffer(0, KEPT_BODY_BYTES);
        Entry entry = new Entry(request.method().name(), request.uri(), request.headers(), kept);
        synchronized (entries) {
            if (entries.size() == KEPT) {
                entries.removeFirst();
            }
            entries.addLast(entry);
        }
    }

    List<RecordedRequest> requests() {
        List<Entry> kept;
        synchronized (entries) {
            kept = List.copyOf(entries);
        }
        List<RecordedRequest> requests = new ArrayList<>(kept.size());
        for (Entry entry : kept) {
            Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            for (String name : entry.headers().names()) {
                headers.put(name, entry.headers().getAll(name));
            }
            requests.add(new RecordedRequest(
                    entry.method(), entry.uri(), headers, entry.body().toString()));
        }
        return requests;
    }
}
