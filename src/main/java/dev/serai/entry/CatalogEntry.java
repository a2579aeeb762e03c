package dev.serai.entry;

import dev.serai.access.AccessRules;
import dev.serai.capability.Availability;
import dev.serai.capability.Capability;
import dev.serai.invocation.Caller;
import dev.serai.invocation.ErrorCode;
import dev.serai.invocation.Json;
import dev.serai.invocation.ProblemDocument;
import java.io.IOException;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/** Answers {@code GET /capabilities}, {@code GET /capabilities/{id}} and {@code GET /openapi.json}. */
public final class CatalogEntry {
    private static final String JSON = "application/json";

    private final AccessRules access;
    private final Availability availability;
    private final CachedDocument listing;
    private final CachedDocument openApi;

    public CatalogEntry(AccessRules access, Availability availability) {
        this.access = access;
        this.availability = availability;
        this.listing = new CachedDocument((visible, json) -> CatalogJson.writeAll(visible, availability, json));
        this.openApi = new CachedDocument(OpenApiJson::write);
    }

    /** The capabilities that the caller may call, sorted by id. */
    public void list(Exchange exchange) throws IOException {
        IngressRequest.takenFrom(exchange);
        Answers.set(exchange, JSON, listing.bytes(view(exchange), availability.generation()));
    }

    /** The capability that the rest of the path names; one that the caller may not call is unknown to the caller. */
    public void show(Exchange exchange) throws IOException {
        String id = RestRequest.idOf(IngressRequest.takenFrom(exchange));
        Capability capability = id == null ? null : view(exchange).find(id);
        if (capability != null) {
            Answers.set(exchange, JSON, CatalogJson.one(capability, availability));
            return;
        }
        ErrorCode code = id == null ? ErrorCode.INVALID_ARGUMENTS : ErrorCode.UNKNOWN_CAPABILITY;
        String detail = id == null
                ? "The capability id in the path is not valid percent-encoding."
                : "No capability has this id; GET /capabilities lists them.";
        Answers.set(exchange, ProblemDocument.MEDIA_TYPE, Json.bytes(ProblemDocument.of(code, detail, id, null)));
        Message message = exchange.getMessage();
        message.setHeader(Exchange.HTTP_RESPONSE_CODE, code.httpStatus());
    }

    /** An OpenAPI 3.1 description of the capabilities that the caller may call. */
    public void openApi(Exchange exchange) throws IOException {
        IngressRequest.takenFrom(exchange);
        Answers.set(exchange, JSON, openApi.bytes(view(exchange), 0));
    }

    private AccessRules.View view(Exchange exchange) {
        return access.view(exchange.getProperty(Caller.PROPERTY, Caller.class));
    }
}
