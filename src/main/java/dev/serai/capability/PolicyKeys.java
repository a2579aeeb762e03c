package dev.serai.capability;

import static dev.serai.capability.MetadataVocabulary.ANY;
import static dev.serai.capability.MetadataVocabulary.common;
import static dev.serai.capability.ValueType.BOOLEAN;
import static dev.serai.capability.ValueType.CIRCUIT_SHARING;
import static dev.serai.capability.ValueType.COUNT;
import static dev.serai.capability.ValueType.PERCENT;
import static dev.serai.capability.ValueType.RATE;
import static dev.serai.capability.ValueType.RATE_SHARING;
import static dev.serai.capability.ValueType.TIMEOUT;
import static dev.serai.capability.ValueType.WINDOW;

import java.util.List;

/** The keys of the {@code policy} block. */
final class PolicyKeys {
    static final List<MetadataVocabulary.Key> LIMITS = List.of(
            common("policy_timeout", TIMEOUT, ANY, "How long a call may take, from 1ms to 24h."),
            common(
                    "policy_timeout_streaming",
                    TIMEOUT,
                    ANY,
                    "How long a call may take whose caller asks for an event stream; without it policy_timeout."),
            common(
                    "policy_timeout_queue",
                    TIMEOUT,
                    ANY,
                    "How long a call may wait for its turn, within its own timeout."),
            common(
                    "policy_timeout_connect",
                    TIMEOUT,
                    ANY,
                    "How long a connection to the server, or its TLS handshake, may take."),
            common("policy_max_in_flight", COUNT, ANY, "How many calls may be in progress at a time; more wait."),
            common("policy_idempotent", BOOLEAN, "false", "Whether a call may be repeated after it may have begun."),
            common("policy_rate_limit", RATE, ANY, "How many calls may begin in which time; more are refused."),
            common("policy_rate_limit_by", RATE_SHARING, "capability", "Which calls of that count together."),
            common(
                    "policy_circuit_breaker_failure_rate",
                    PERCENT,
                    "50 with any other of these keys",
                    "From which share of failed calls, in percent, a server is left alone and calls are refused."),
            common("policy_circuit_breaker_window", WINDOW, "20", "How many of the last calls decide that."),
            common("policy_circuit_breaker_open_for", TIMEOUT, "30s", "How long it is left alone before it is tried."),
            common("policy_circuit_breaker_trials", WINDOW, "1", "How many calls try it at a time, and decide."),
            common("policy_circuit_breaker_by", CIRCUIT_SHARING, "server", "Which calls count together."));

    static final List<MetadataVocabulary.Key> RESERVED = List.of(
            family("policy_retry", "Retries."),
            family("policy_cache", "Caching of results."),
            family("policy_batch", "Batching of calls."),
            family("policy_fallback", "The capability called instead of a failing one."));

    private PolicyKeys() {}

    private static MetadataVocabulary.Key family(String beginning, String meaning) {
        return new MetadataVocabulary.Key(beginning + "*", ValueType.RESERVED, ANY, meaning);
    }
}
