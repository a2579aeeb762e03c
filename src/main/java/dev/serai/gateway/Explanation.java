package dev.serai.gateway;

import com.fasterxml.jackson.databind.JsonNode;

/** What a call would do: headers, route, session key and decision, policies. */
public record Explanation(JsonNode document) {}
