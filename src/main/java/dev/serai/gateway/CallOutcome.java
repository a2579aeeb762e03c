package dev.serai.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.SortedMap;

/**
 * How a call ended.
 *
 * @param completed whether {@code body} is a result; else it is the problem document
 * @param body the result or the problem
 * @param headers {@code Capability…} headers of the reply
 */
public record CallOutcome(boolean completed, JsonNode body, SortedMap<String, String> headers) {}
