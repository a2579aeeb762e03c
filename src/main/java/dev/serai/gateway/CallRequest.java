package dev.serai.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/**
 * One call.
 *
 * @param id the capability
 * @param arguments its JSON arguments
 * @param headers {@code Capability…} headers of the exchange
 */
public record CallRequest(String id, JsonNode arguments, Map<String, String> headers) {}
