package dev.serai.gateway;

import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.camel.Endpoint;
import org.apache.camel.MultipleConsumersSupport;
import org.apache.camel.component.direct.DirectComponent;
import org.apache.camel.component.direct.DirectConsumer;
import org.apache.camel.component.direct.DirectEndpoint;
import org.jspecify.annotations.Nullable;

/**
 * The {@code direct:} component of a gateway. While routes are being replaced, a new route takes over the
 * name of the one that serves it: callers who come in between wait a moment instead of failing.
 */
final class ReplaceableDirect extends DirectComponent {
    private static final long LONGEST_WAIT_MS = 5_000;

    private final BooleanSupplier replacing;

    /** @param replacing whether a second route may start from a name that is taken */
    ReplaceableDirect(BooleanSupplier replacing) {
        this.replacing = replacing;
        setBlock(true);
        setTimeout(LONGEST_WAIT_MS);
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        DirectEndpoint endpoint = new Name(uri);
        endpoint.setBlock(isBlock());
        endpoint.setTimeout(getTimeout());
        setProperties(endpoint, parameters);
        return endpoint;
    }

    @Override
    public synchronized void addConsumer(String key, DirectConsumer consumer) {
        @Nullable DirectConsumer former = replacing.getAsBoolean() ? serving(key) : null;
        if (former != null) {
            removeConsumer(key, former);
        }
        super.addConsumer(key, consumer);
    }

    private @Nullable DirectConsumer serving(String key) {
        try {
            return getConsumer(key, false, 0);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while routes are replaced", e);
        }
    }

    private final class Name extends DirectEndpoint implements MultipleConsumersSupport {
        Name(String uri) {
            super(uri, ReplaceableDirect.this);
        }

        @Override
        public boolean isMultipleConsumersSupported() {
            return replacing.getAsBoolean();
        }
    }
}
