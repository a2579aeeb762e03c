package dev.serai.mcp;

import dev.serai.loop.NonBlocking;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.AsyncProcessorSupport;

/** Goes on once the server of a new session can ask, or after a while: what it asked before would be lost. */
public final class McpListen extends AsyncProcessorSupport implements NonBlocking {
    private static final long PATIENCE_MILLIS = 1_000;

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        CompletableFuture<Void> begun = GuardedRoute.mcp(exchange).listen(exchange);
        if (begun == null || begun.isDone()) {
            callback.done(true);
            return true;
        }
        var unused = begun.copy()
                .completeOnTimeout(null, PATIENCE_MILLIS, TimeUnit.MILLISECONDS)
                .whenComplete((done, failure) -> callback.done(false));
        return false;
    }
}
