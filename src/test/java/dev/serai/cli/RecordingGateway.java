package dev.serai.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.capability.Catalog;
import dev.serai.gateway.CallOutcome;
import dev.serai.gateway.CallRequest;
import dev.serai.gateway.EntryPoint;
import dev.serai.gateway.Explanation;
import dev.serai.gateway.GatewayOptions;
import dev.serai.gateway.StartException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Answers every call with {@link #outcome} and keeps what it was asked. */
final class RecordingGateway implements LocalGateway, LocalGateway.Starter {
    final List<CallRequest> requests = new ArrayList<>();
    final List<GatewayOptions> starts = new ArrayList<>();
    String url = "http://127.0.0.1:8080";
    CallOutcome outcome = new CallOutcome(true, CliFixture.json("{\"said\":\"hi\"}"), new TreeMap<>());

    @Nullable
    String cannotStart;

    boolean closed;

    private final Supplier<Catalog> catalog;

    RecordingGateway(Supplier<Catalog> catalog) {
        this.catalog = catalog;
    }

    void answers(boolean completed, String body, Map<String, String> headers) {
        outcome = new CallOutcome(completed, CliFixture.json(body), new TreeMap<>(headers));
    }

    @Override
    public LocalGateway start(GatewayOptions options) throws StartException {
        if (cannotStart != null) {
            throw new StartException(cannotStart, null);
        }
        starts.add(options);
        return this;
    }

    @Override
    public Catalog catalog() {
        return catalog.get();
    }

    @Override
    public List<EntryPoint> entryPoints() {
        return List.of(
                new EntryPoint("REST", url + "/capabilities"), new EntryPoint("Health", url + "/observe/health"));
    }

    @Override
    public String url() {
        return url;
    }

    @Override
    public CallOutcome call(CallRequest request) {
        requests.add(request);
        return outcome;
    }

    @Override
    public Explanation explain(String id, @Nullable JsonNode arguments) {
        return new Explanation(CliFixture.json("{\"id\":\"" + id + "\",\"arguments\":" + arguments + "}"));
    }

    @Override
    public void awaitShutdown() {}

    @Override
    public void close() {
        closed = true;
    }
}
