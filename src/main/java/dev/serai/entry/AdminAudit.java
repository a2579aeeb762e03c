package dev.serai.entry;

import dev.serai.invocation.Caller;
import dev.serai.invocation.ErrorCode;
import dev.serai.observe.AdminChange;
import dev.serai.observe.AuditTrail;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/** One change that an operator asks for, from its beginning to its line in the audit trail. */
final class AdminAudit {
    private final IngressRequest request;
    private final String action;
    private final @Nullable String target;
    private final long beganNanos = System.nanoTime();

    AdminAudit(IngressRequest request, String action, @Nullable String target) {
        this.request = request;
        this.action = action;
        this.target = target;
    }

    /** @param code why it was not done; {@code null} where it was */
    void ended(Exchange exchange, @Nullable ErrorCode code) {
        AuditTrail trail = exchange.getContext().getRegistry().lookupByNameAndType(AuditTrail.NAME, AuditTrail.class);
        if (trail != null) {
            Caller caller = request.caller() == null ? Caller.ANONYMOUS : request.caller();
            trail.changed(new AdminChange(
                    caller.name(), request.client(), action, target, code, System.nanoTime() - beganNanos));
        }
    }
}
