package dev.serai.entry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.access.ResourceMetadata;
import dev.serai.invocation.ErrorCode;
import dev.serai.invocation.Json;
import dev.serai.invocation.ProblemDocument;
import java.io.IOException;
import org.apache.camel.Exchange;

/** Answers {@code GET /.well-known/oauth-protected-resource}, and the same with the path of a resource behind it. */
public final class ProtectedResourceEntry {
    private static final int NOT_FOUND = 404;

    private final ResourceMetadata metadata;

    public ProtectedResourceEntry(ResourceMetadata metadata) {
        this.metadata = metadata;
    }

    /** The document, or 404 where no tokens are taken. */
    public void describe(Exchange exchange) throws IOException {
        IngressRequest request = IngressRequest.takenFrom(exchange);
        ObjectNode document = metadata.document(request.path().substring(ResourceMetadata.BASE.length()));
        if (document != null) {
            Answers.set(exchange, "application/json", Json.bytes(document));
            return;
        }
        ObjectNode problem = ProblemDocument.of(
                ErrorCode.INVALID_ARGUMENTS, NOT_FOUND, "Not found", "No tokens are taken here.", null, null);
        Answers.set(exchange, ProblemDocument.MEDIA_TYPE, Json.bytes(problem));
        exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, NOT_FOUND);
    }
}
