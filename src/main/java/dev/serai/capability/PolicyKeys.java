package dev.serai.capability;

import static dev.serai.capability.MetadataVocabulary.ANY;
import static dev.serai.capability.MetadataVocabulary.common;
import static dev.serai.capability.ValueType.BATCH_SIZE;
import static dev.serai.capability.ValueType.BATCH_WINDOW;
import static dev.serai.capability.ValueType.BOOLEAN;
import static dev.serai.capability.ValueType.CIRCUIT_SHARING;
import static dev.serai.capability.ValueType.COUNT;
import static dev.serai.capability.ValueType.PERCENT;
import static dev.serai.capability.ValueType.RATE;
import static dev.serai.capability.ValueType.RATE_SHARING;
import static dev.serai.capability.ValueType.RETRIES;
import static dev.serai.capability.ValueType.TEXT;
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
            common("policy_circuit_breaker_by", CIRCUIT_SHARING, "server", "Which calls count together."),
            common(
                    "policy_retry_max",
                    RETRIES,
                    "3 with any other of these keys",
                    "How often a call that failed in a way that may pass is tried again, where that is safe."),
            common("policy_retry_delay", TIMEOUT, "200ms", "How long before the second try; doubled from try to try."),
            common(
                    "policy_retry_delay_max",
                    TIMEOUT,
                    "10s",
                    "What the doubling ends at; a server that asks for longer is not tried again."),
            common("policy_cache_ttl", TIMEOUT, ANY, "How long an answer is given to others that ask for the same."),
            common(
                    "policy_coalesce",
                    BOOLEAN,
                    "false",
                    "Whether calls that ask for the same at the same time are one."),
            common(
                    "policy_batch_window",
                    BATCH_WINDOW,
                    "10ms with the other of these keys",
                    "How long a call waits for others of its scope that go to the server in the same request."),
            common(
                    "policy_batch_size",
                    BATCH_SIZE,
                    "50 with the other of these keys",
                    "With how many calls such a request goes out at once."),
            common(
                    "policy_fallback",
                    TEXT,
                    ANY,
                    "The id of the capability that is called with the same arguments where the server failed."));

    private PolicyKeys() {}
}
