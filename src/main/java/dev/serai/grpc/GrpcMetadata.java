package dev.serai.grpc;

import dev.serai.capability.ProviderMetadata;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** The keys of gRPC servers. */
public final class GrpcMetadata implements ProviderMetadata {
    private static final Set<String> OWN = Set.of("method", "descriptor_set", "metadata", "max_messages");
    private static final Pattern METHOD =
            Pattern.compile("[A-Za-z_][A-Za-z0-9_]*(\\.[A-Za-z_][A-Za-z0-9_]*)*/[A-Za-z_][A-Za-z0-9_]*");
    private static final Pattern COUNT = Pattern.compile("[1-9][0-9]{0,6}");

    @Override
    public Set<String> providers() {
        return Set.of("grpc");
    }

    @Override
    public void check(Map<String, String> block, Findings found) {
        String method = block.get("method");
        if (method == null) {
            found.error("method", "is missing: expected package.Service/Method");
        } else if (!METHOD.matcher(method).matches()) {
            found.error("method", "expected package.Service/Method, was \"" + method + "\"");
        } else if (block.containsKey("descriptor_set")) {
            String wrong = DescriptorChecks.wrong(block.get("descriptor_set"), method);
            if (wrong != null) {
                found.error("descriptor_set", wrong);
            }
        }
        String url = block.getOrDefault("server_url", "");
        if (url.startsWith("stdio:") || url.startsWith("ws")) {
            found.error("server_url", "expected http://host:port or https://host:port");
        }
        if ("query".equals(block.get("auth_scheme"))) {
            found.error("auth_scheme", "expected bearer, basic or header: a call has no query");
        }
        if (block.containsKey("transport")) {
            found.error("transport", "expected none: calls of this provider have one of their own");
        }
        String count = block.get("max_messages");
        if (count != null && !COUNT.matcher(count).matches()) {
            found.error("max_messages", "expected a whole number from 1 to 9999999, was \"" + count + "\"");
        }
        if (block.containsKey("metadata")) {
            try {
                DeclaredMetadata.of(block.get("metadata"));
            } catch (IllegalArgumentException e) {
                found.error("metadata", String.valueOf(e.getMessage()));
            }
        }
        ProviderMetadata.warnOfUnknown(block, OWN, found);
    }
}
