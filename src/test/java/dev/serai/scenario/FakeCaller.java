package dev.serai.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.gateway.TestGateway;
import dev.serai.invocation.CallerChannel;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.ErrorCode;
import dev.serai.invocation.InvocationHeaders;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiFunction;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/** A caller that can be told and asked; remembers both. */
final class FakeCaller implements CallerChannel {
    private final ObjectNode capabilities;
    private final List<String> told = new CopyOnWriteArrayList<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private boolean isTold = true;
    private volatile Runnable whenTold = () -> {};
    private volatile BiFunction<String, ObjectNode, CompletionStage<JsonNode>> answers = (method, params) ->
            CompletableFuture.failedFuture(new CapabilityException(ErrorCode.UPSTREAM_ERROR, "not asked that"));

    FakeCaller(String capabilities) {
        this.capabilities = (ObjectNode) TestGateway.tree(capabilities);
    }

    /** One that wants to be told nothing. */
    FakeCaller untold() {
        isTold = false;
        return this;
    }

    FakeCaller whenTold(Runnable action) {
        whenTold = action;
        return this;
    }

    FakeCaller answering(BiFunction<String, ObjectNode, CompletionStage<JsonNode>> given) {
        answers = given;
        return this;
    }

    FakeCaller answering(String result) {
        return answering((method, params) -> CompletableFuture.completedFuture(TestGateway.tree(result)));
    }

    /** Calls, and gives the exchange back with its answer. */
    Exchange call(TestGateway gateway, String id, String arguments) {
        return gateway.camelContext().createProducerTemplate().send("direct:invoke-capability", exchange -> {
            exchange.setProperty(CallerChannel.PROPERTY, this);
            exchange.getMessage().setHeader(InvocationHeaders.ID, id);
            exchange.getMessage().setBody(arguments);
        });
    }

    /** The same, and the answer's body. */
    JsonNode ask(TestGateway gateway, String id) {
        return call(gateway, id, "{}").getMessage().getBody(JsonNode.class);
    }

    /** Method and parameters of each. */
    List<String> told() {
        return told;
    }

    List<String> asked() {
        return asked;
    }

    @Override
    public ObjectNode capabilities() {
        return capabilities;
    }

    @Override
    public boolean wantsProgress() {
        return isTold;
    }

    @Override
    public @Nullable String leastLogLevel() {
        return isTold ? "info" : null;
    }

    @Override
    public void tell(String method, ObjectNode params) {
        told.add(method + " " + params);
        whenTold.run();
    }

    @Override
    public CompletionStage<JsonNode> ask(String method, ObjectNode params) {
        asked.add(method + " " + params);
        return answers.apply(method, params);
    }
}
