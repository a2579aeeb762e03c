package dev.serai.entry;

import dev.serai.capability.Availability;
import dev.serai.capability.Capability;
import dev.serai.capability.CapabilityStore;
import dev.serai.invocation.ErrorCode;
import dev.serai.invocation.Json;
import dev.serai.invocation.ProblemDocument;
import java.io.IOException;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/** Answers {@code GET /capabilities}, {@code GET /capabilities/{id}} and {@code GET /openapi.json}. */
public final class CatalogEntry {
    private static final String JSON = "application/json";

    private final CapabilityStore store;
    private final Availability availability;
    private final CachedDocument listing;
    private final CachedDocument openApi;

    public CatalogEntry(CapabilityStore store, Availability availability) {
        this.store = store;
        this.availability = availability;
        this.listing = new CachedDocument((catalog, json) -> CatalogJson.writeAll(catalog, availability, json));
        this.openApi = new CachedDocument(OpenApiJson::write);
    }

    /** All capabilities, sorted by id. */
    public void list(Exchange exchange) throws IOException {
        IngressRequest.takenFrom(exchange);
        Answers.set(exchange, JSON, listing.bytes(store.current(), availability.generation()));
    }

    /** The capability that the rest of the path names. */
    public void show(Exchange exchange) throws IOException {
        String id = RestRequest.idOf(IngressRequest.takenFrom(exchange));
        Capability capability = id == null ? null : store.current().find(id);
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

    /** An OpenAPI 3.1 description of every capability. */
    public void openApi(Exchange exchange) throws IOException {
        IngressRequest.takenFrom(exchange);
        Answers.set(exchange, JSON, openApi.bytes(store.current(), 0));
    }
}
