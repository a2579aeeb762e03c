package dev.serai.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.SortedMap;

/** Stand-in until the assembly arrives. */
public record CallOutcome(boolean completed, JsonNode body, SortedMap<String, String> headers) {}
