package dev.serai.flow;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.invocation.CallLabel;
import dev.serai.invocation.CallerToken;
import dev.serai.invocation.ErrorCode;
import dev.serai.invocation.InvocationHeaders;
import dev.serai.lifecycle.EndedInvocation;
import dev.serai.lifecycle.Stage;
import dev.serai.session.Lease;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/** Ends a call: gives its session back, removes every trace of the gateway's work and writes the answer. */
final class Answer {
    private static final String SESSION_RULE = "_requires_session";
    private static final Set<String> CREDENTIALS =
            Set.of("authorization", "cookie", "set-cookie", "proxy-authorization");

    /** Whoever gets these is told when to try again. */
    private static final Set<ErrorCode> MAY_PASS =
            EnumSet.of(ErrorCode.TOO_MANY_REQUESTS, ErrorCode.QUEUE_TIMEOUT, ErrorCode.CIRCUIT_OPEN);

    private Answer() {}

    static void write(Exchange exchange, Invocation invocation, JsonNode body, Stage status, @Nullable ErrorCode code) {
        Lease lease = invocation.lease;
        exchange.setProperty(CompleteInvocation.VALUE, null);
        exchange.setProperty(Invocation.PROPERTY, invocation.outer);
        exchange.setProperty(CallerToken.PROPERTY, invocation.outer == null ? invocation.token : null);
        Attempt outer = invocation.outer == null ? null : invocation.outer.attempt;
        Attempt.show(outer, exchange);

        Message message = exchange.getMessage();
        message.setBody(body);
        message.setHeaders(giveBack(invocation));
        message.setHeader(InvocationHeaders.REQUEST_ID, invocation.life.requestId());
        message.setHeader(InvocationHeaders.STATUS, status.wireName());
        message.setHeader(InvocationHeaders.ATTEMPTS, invocation.attempts);
        message.setHeader(
                InvocationHeaders.DURATION_MS,
                TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - invocation.life.receivedNanos()));
        if (invocation.policy.servedFrom != null) {
            message.setHeader(InvocationHeaders.CACHE, invocation.policy.servedFrom);
        }
        if (invocation.policy.fallback != null && invocation.policy.fallbackReason != null) {
            message.setHeader(InvocationHeaders.FALLBACK, invocation.policy.fallback);
            message.setHeader(InvocationHeaders.FALLBACK_REASON, invocation.policy.fallbackReason.wireName());
        }
        if (code != null) {
            message.setHeader(InvocationHeaders.ERROR_CODE, code.wireName());
            if (MAY_PASS.contains(code)) {
                message.setHeader(InvocationHeaders.RETRY_AFTER, invocation.retryAfterSeconds);
            }
        }
        String hash = lease == null ? null : lease.session().hash();
        if (lease != null && hash != null) {
            message.setHeader(InvocationHeaders.SESSION, hash);
            message.setHeader(InvocationHeaders.SESSION_REUSED, lease.reused());
        }
        invocation.spans.end(invocation, status, code);
        CallLabel.set(invocation.outer);
        invocation.end(ended(invocation, status, code, hash));
    }

    private static EndedInvocation ended(
            Invocation invocation, Stage status, @Nullable ErrorCode code, @Nullable String sessionHash) {
        Plan plan = invocation.plan;
        Lease lease = invocation.lease;
        return new EndedInvocation(
                invocation.life.requestId(),
                invocation.life.capabilityId(),
                plan == null ? null : plan.capability(),
                invocation.life.caller(),
                invocation.client,
                status.wireName(),
                code,
                invocation.attempts,
                sessionHash,
                lease != null && lease.reused(),
                invocation.life.inQueueNanos(),
                System.nanoTime() - invocation.life.receivedNanos());
    }

    /** The caller's own headers, without those that only ever meant this call, credentials and look-alikes of metadata. */
    private static Map<String, Object> giveBack(Invocation invocation) {
        Map<String, Object> headers = invocation.callerHeaders;
        if (!headers.isEmpty()) {
            headers.keySet().removeIf(name -> !staysWithCaller(name.toLowerCase(Locale.ROOT), invocation.plan));
        }
        return headers;
    }

    /** Of a block that the declaration has, such as session_scope, whether it declares this key or not. */
    private static boolean looksLikeMetadata(String name, Plan plan) {
        int underscore = name.indexOf('_');
        SortedMap<String, String> metadata = plan.capability().metadata();
        // The character after _ ends the range of keys that begin with the block.
        return metadata.containsKey(name)
                || (underscore > 0
                        && !metadata.subMap(name.substring(0, underscore) + "_", name.substring(0, underscore) + "`")
                                .isEmpty());
    }

    private static boolean staysWithCaller(String name, @Nullable Plan plan) {
        return !name.startsWith("capability")
                && !name.endsWith(SESSION_RULE)
                && !CREDENTIALS.contains(name)
                && (plan == null || !looksLikeMetadata(name, plan));
    }
}
