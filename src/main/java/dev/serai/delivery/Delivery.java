package dev.serai.delivery;

/** The exchange properties between an entry for messages and the route {@code deliver-invocation}. */
public final class Delivery {
    /**
     * In, a {@link Boolean}: the transport says that it may have delivered this message before. Absent where it cannot
     * say.
     */
    public static final String REDELIVERED = "SeraiRedelivered";

    /**
     * Out, a {@link DeadReason}: the message belongs to the dead letters, besides what its sender is told. Absent where
     * the call has an outcome of its own, be it a result or the provider's own error.
     */
    public static final String DEAD = "SeraiDead";

    /** Out, an {@link Integer}: how often the capability was called for this message, 0 or more. */
    public static final String ATTEMPTS = "SeraiDeliveryAttempts";

    private Delivery() {}
}
