package dev.serai.gateway;

import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.camel.Endpoint;
import org.apache.camel.MultipleConsumersSupport;
import org.apache.camel.component.platform.http.PlatformHttpComponent;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;

/** The {@code platform-http:} component of a gateway: a path may have two routes while one replaces the other. */
final class ReplaceableHttp extends PlatformHttpComponent {
    private final BooleanSupplier replacing;

    /** @param replacing whether a second route may serve a path that is taken */
    ReplaceableHttp(BooleanSupplier replacing) {
        this.replacing = replacing;
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        PlatformHttpEndpoint endpoint = new ServedPath(uri, remaining);
        endpoint.setPlatformHttpEngine(getEngine());
        endpoint.setHandleWriteResponseError(isHandleWriteResponseError());
        endpoint.setRequestTimeout(getRequestTimeout());
        setEndpointHeaderFilterStrategy(endpoint);
        setProperties(endpoint, parameters);
        return endpoint;
    }

    private final class ServedPath extends PlatformHttpEndpoint implements MultipleConsumersSupport {
        ServedPath(String uri, String path) {
            super(uri, path, ReplaceableHttp.this);
        }

        @Override
        public boolean isMultipleConsumersSupported() {
            return replacing.getAsBoolean();
        }
    }
}
