package dev.serai.gateway;

import org.apache.camel.CamelContext;

/** Stand-in until the assembly arrives. */
@SuppressWarnings("DoNotCallSuggester")
public final class Gateway implements AutoCloseable {
    private Gateway() {}

    public static Gateway start(GatewayOptions options) {
        throw new UnsupportedOperationException("stand-in for " + options.home());
    }

    public String url() {
        throw new UnsupportedOperationException();
    }

    public CallOutcome call(CallRequest request) {
        throw new UnsupportedOperationException(request.id());
    }

    public CamelContext camelContext() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
