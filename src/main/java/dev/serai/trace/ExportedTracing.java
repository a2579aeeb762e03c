package dev.serai.trace;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SdkTracerProviderBuilder;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.net.URI;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Sends spans to a collector over OTLP/HTTP, in batches from a bounded queue: a collector that is slow or away costs
 * spans, never calls. Whoever provides a {@link SpanProcessor} as a service is told of every span too.
 */
public final class ExportedTracing implements Tracing {
    private static final String SERVICE = "serai";
    private static final int FLUSH_SECONDS = 2;
    private static final double PERCENT = 100;

    private static final TextMapGetter<TraceContext> HEADERS = new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(TraceContext parent) {
            return List.of(TraceContext.PARENT, TraceContext.STATE);
        }

        @Override
        public @Nullable String get(@Nullable TraceContext parent, String key) {
            if (parent == null) {
                return null;
            }
            return key.equals(TraceContext.PARENT) ? parent.parent() : parent.state();
        }
    };

    private final SdkTracerProvider provider;
    private final Tracer tracer;

    /**
     * Begins to send.
     *
     * @param endpoint the collector's URL, {@code http} or {@code https}; without a path {@code /v1/traces} is added
     * @param samplePercent how many traces of a hundred are kept where the caller does not say, 0 to 100
     */
    public ExportedTracing(URI endpoint, int samplePercent) {
        String path = endpoint.getPath();
        String url = path == null || path.isEmpty() || path.equals("/")
                ? endpoint.resolve("/v1/traces").toString()
                : endpoint.toString();
        SdkTracerProviderBuilder builder = SdkTracerProvider.builder()
                .setResource(Resource.getDefault()
                        .merge(Resource.create(Attributes.of(AttributeKey.stringKey("service.name"), SERVICE))))
                .setSampler(Sampler.parentBased(Sampler.traceIdRatioBased(samplePercent / PERCENT)))
                .addSpanProcessor(BatchSpanProcessor.builder(
                                OtlpHttpSpanExporter.builder().setEndpoint(url).build())
                        .build());
        ServiceLoader.load(SpanProcessor.class).forEach(builder::addSpanProcessor);
        this.provider = builder.build();
        this.tracer = provider.get(SERVICE);
    }

    @Override
    public Span begin(@Nullable TraceContext parent, String name, Span.Kind kind) {
        Context above = parent == null
                ? Context.root()
                : W3CTraceContextPropagator.getInstance().extract(Context.root(), parent, HEADERS);
        return ExportedSpan.begin(tracer, above, name, kind, parent == null ? null : parent.state());
    }

    @Override
    public void close() {
        provider.shutdown().join(FLUSH_SECONDS, TimeUnit.SECONDS);
    }
}
