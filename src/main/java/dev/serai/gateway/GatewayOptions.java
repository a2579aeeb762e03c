package dev.serai.gateway;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Stand-in until the assembly arrives. */
public record GatewayOptions(
        Path home,
        List<Path> capabilities,
        List<Path> routes,
        @Nullable Path config,
        Map<String, String> overrides,
        boolean http) {}
