package dev.serai.delivery;

/** Lets a dead letter run although it may have run before: that is what who replays it decided. */
public final class ReplayedDeliveries {
    private final DeliveryMarks marks;

    public ReplayedDeliveries(DeliveryMarks marks) {
        this.marks = marks;
    }

    /**
     * Forgets what is known of its first delivery, unless that is a result, which it gets again then.
     *
     * @param caller the principal that the message acts as
     */
    public void forget(String caller, DeadLetter letter) {
        String capability = letter.capability();
        String requestId = letter.requestId();
        if (capability == null || requestId == null) {
            return;
        }
        String delivery = ClaimDelivery.name(caller, capability, requestId);
        try {
            if (marks.begin(delivery).kind() != Mark.Kind.FINISHED) {
                marks.forget(delivery);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
