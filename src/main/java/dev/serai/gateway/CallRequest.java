package dev.serai.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/** Stand-in until the assembly arrives. */
public record CallRequest(String id, JsonNode arguments, Map<String, String> headers) {}
