package dev.serai.kafka;

import java.util.List;

/** What a dead letter has behind the headers of the original, always all of them and in this order. */
final class DeadHeaders {
    static final String CODE = "CapabilityErrorCode";
    static final String DETAIL = "CapabilityErrorDetail";
    static final String REASON = "CapabilityDeadReason";
    static final String ATTEMPTS = "CapabilityDeliveryAttempts";
    static final String REQUEST_ID = "CapabilityDeadRequestId";
    /** Topic, partition and offset of the original. */
    static final String FROM = "CapabilityDeadFrom";
    /** Whether the value is that of the original; {@code false} where it was too large for the topic. */
    static final String WHOLE = "CapabilityDeadWhole";

    static final String AT = "CapabilityDeadAt";
    static final List<String> ALL = List.of(CODE, DETAIL, REASON, ATTEMPTS, REQUEST_ID, FROM, WHOLE, AT);

    /** The only header of a record that says which letter of the same partition has been replayed: its offset. */
    static final String REPLAYED = "CapabilityDeadReplayed";

    private DeadHeaders() {}
}
