package dev.serai.flow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.invocation.CallerChannel;
import dev.serai.invocation.Subscription;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A caller's channel that notes when the caller is asked something. */
final class NotingChannel implements CallerChannel {
    private final CallerChannel channel;
    private final AnswerSharing sharing;

    NotingChannel(CallerChannel channel, AnswerSharing sharing) {
        this.channel = channel;
        this.sharing = sharing;
    }

    @Override
    public ObjectNode capabilities() {
        return channel.capabilities();
    }

    @Override
    public boolean wantsProgress() {
        return channel.wantsProgress();
    }

    @Override
    public @Nullable String leastLogLevel() {
        return channel.leastLogLevel();
    }

    @Override
    public @Nullable Subscription subscription() {
        Subscription subscription = channel.subscription();
        if (subscription != null) {
            // Nobody else is told by it.
            sharing.personal();
        }
        return subscription;
    }

    @Override
    public void canBeginAnew() {
        channel.canBeginAnew();
    }

    @Override
    public void tell(String method, ObjectNode params) {
        channel.tell(method, params);
    }

    @Override
    public CompletionStage<JsonNode> ask(String method, ObjectNode params) {
        sharing.personal();
        return channel.ask(method, params);
    }

    @Override
    public CompletionStage<JsonNode> ask(String key, String method, ObjectNode params) {
        sharing.personal();
        return channel.ask(key, method, params);
    }
}
