package dev.serai.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.capability.Catalog;
import dev.serai.gateway.CallOutcome;
import dev.serai.gateway.CallRequest;
import dev.serai.gateway.EntryPoint;
import dev.serai.gateway.Explanation;
import dev.serai.gateway.Gateway;
import dev.serai.gateway.GatewayOptions;
import dev.serai.gateway.StartException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A gateway in this process, as far as the verbs need one. */
interface LocalGateway extends AutoCloseable {
    Catalog catalog();

    List<EntryPoint> entryPoints();

    String url();

    CallOutcome call(CallRequest request);

    Explanation explain(String id, @Nullable JsonNode arguments);

    void awaitShutdown() throws InterruptedException;

    @Override
    void close();

    /** Starts one. */
    @FunctionalInterface
    interface Starter {
        LocalGateway start(GatewayOptions options) throws StartException;
    }

    /** The real one. */
    static LocalGateway start(GatewayOptions options) throws StartException {
        return new Running(Gateway.start(options));
    }

    /** Hands everything to the assembled gateway. */
    record Running(Gateway gateway) implements LocalGateway {
        @Override
        public Catalog catalog() {
            return gateway.capabilities().current();
        }

        @Override
        public List<EntryPoint> entryPoints() {
            return gateway.entryPoints();
        }

        @Override
        public String url() {
            return gateway.url();
        }

        @Override
        public CallOutcome call(CallRequest request) {
            return gateway.call(request);
        }

        @Override
        public Explanation explain(String id, @Nullable JsonNode arguments) {
            return gateway.explain(id, arguments);
        }

        @Override
        public void awaitShutdown() throws InterruptedException {
            gateway.awaitShutdown();
        }

        @Override
        public void close() {
            gateway.close();
        }
    }
}
