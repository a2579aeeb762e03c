package dev.serai.http;

import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.AsyncProducer;
import org.apache.camel.CamelContext;
import org.apache.camel.support.service.ServiceHelper;
import org.apache.camel.support.service.ServiceSupport;
import org.jspecify.annotations.Nullable;

/**
 * One camel-http producer per declared server for the common request, a POST to the server's own URL,
 * and one that takes its target from the exchange for all others.
 */
final class UpstreamProducers extends ServiceSupport {
    private static final int MAX_PRODUCERS = 1_000;
    /** Headers are not copied: the credential is one of the request's. */
    private static final String OPTIONS = "throwExceptionOnFailure=false&disableStreamCache=true&copyHeaders=false";

    private final CamelContext context;
    private final ConcurrentHashMap<String, AsyncProducer> posts = new ConcurrentHashMap<>();
    private final AsyncProducer anyTarget;

    UpstreamProducers(CamelContext context) throws Exception {
        this.context = context;
        this.anyTarget = start("http://upstream.invalid?" + OPTIONS);
    }

    AsyncProducer anyTarget() {
        return anyTarget;
    }

    /** For a POST to exactly this URL; {@code null} where it needs {@link #anyTarget()}. */
    @Nullable
    AsyncProducer post(String url) throws Exception {
        AsyncProducer known = posts.get(url);
        if (known != null) {
            return known;
        }
        if (url.indexOf('?') >= 0 || posts.size() >= MAX_PRODUCERS) {
            return null;
        }
        AsyncProducer created = start(url + "?httpMethod=POST&skipControlHeaders=true&" + OPTIONS);
        AsyncProducer raced = posts.putIfAbsent(url, created);
        if (raced != null) {
            ServiceHelper.stopService(created);
            return raced;
        }
        return created;
    }

    private AsyncProducer start(String uri) throws Exception {
        AsyncProducer producer = context.getEndpoint(uri).createAsyncProducer();
        ServiceHelper.startService(producer);
        return producer;
    }

    @Override
    protected void doStop() {
        posts.values().forEach(ServiceHelper::stopService);
        ServiceHelper.stopService(anyTarget);
    }
}
