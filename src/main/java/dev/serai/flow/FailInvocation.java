package dev.serai.flow;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.capability.LossRules;
import dev.serai.credential.Credential;
import dev.serai.credential.Credentials;
import dev.serai.http.DeadlineExceededException;
import dev.serai.http.UpstreamUnreachableException;
import dev.serai.invocation.BusyException;
import dev.serai.invocation.CapabilityException;
import dev.serai.invocation.Causes;
import dev.serai.invocation.ErrorCode;
import dev.serai.invocation.InvocationHeaders;
import dev.serai.invocation.ProblemDocument;
import dev.serai.invocation.Traces;
import dev.serai.invocation.UpstreamText;
import dev.serai.lifecycle.Stage;
import dev.serai.loop.NonBlocking;
import dev.serai.policy.Passage;
import dev.serai.session.CloseReason;
import dev.serai.session.Lease;
import dev.serai.session.Session;
import dev.serai.session.SessionPool;
import java.io.IOException;
import java.net.ConnectException;
import java.util.List;
import java.util.Objects;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.component.direct.DirectConsumerNotAvailableException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers a call that failed: which code, what the caller is told, and what becomes of its session. */
public final class FailInvocation implements Processor, NonBlocking {
    private static final Logger LOG = LoggerFactory.getLogger(FailInvocation.class);

    private static final int FIRST_SERVER_ERROR = 500;

    private final SessionPool pool;
    private final Credentials credentials;
    private final AfterInvoke after;

    /** @param after shown every answer */
    public FailInvocation(SessionPool pool, Credentials credentials, AfterInvoke after) {
        this.pool = pool;
        this.credentials = credentials;
        this.after = after;
    }

    @Override
    public void process(Exchange exchange) {
        Invocation invocation = Invocation.of(exchange);
        Exception failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        if (invocation.attempt != null) {
            invocation.attempt.call().decided(failure);
        }
        CapabilityException told = outcome(failure, invocation);
        if (told instanceof BusyException busy) {
            invocation.retryAfterSeconds = busy.retryAfterSeconds();
        }
        Passage.End end = end(failure, told.code(), invocation);
        invocation.passed(end);
        if (invocation.lease != null) {
            invocation.lease.failed(told.code());
        }
        dropRefusedSession(invocation, failure);
        ObjectNode problem = ProblemDocument.of(
                told.code(), detail(told, invocation), invocation.life.capabilityId(), invocation.life.requestId());
        if (told.result() != null) {
            problem.set("result", told.result());
        }
        exchange.setProperty(InvocationHeaders.MAY_HAVE_WORKED, mayHaveWorked(failure, told, invocation));
        Remains.clear(exchange);
        if (invocation.policy.sharing != null) {
            invocation.policy.sharing.failed(told.code(), problem.path("detail").asText(), told.result(), end);
        }
        Answer.write(exchange, invocation, problem, Stage.of(told.code()), told.code());
        after.failed(exchange, invocation);
    }

    /** What a failure says of the server: a refusal of the caller's own request is an answer like any other. */
    static Passage.End end(@Nullable Exception failure, ErrorCode code, Invocation invocation) {
        if (invocation.policy.othersEnd != null) {
            return invocation.policy.othersEnd;
        }
        Refusal refusal = Refusal.in(failure);
        return switch (code) {
            case TOOL_ERROR -> Passage.End.SERVED;
            case UPSTREAM_ERROR ->
                refusal != null && refusal.status() < FIRST_SERVER_ERROR ? Passage.End.SERVED : Passage.End.FAILED;
            case UPSTREAM_PROTOCOL_ERROR, UPSTREAM_UNAVAILABLE, SESSION_UNAVAILABLE -> Passage.End.FAILED;
            case TIMEOUT -> invocation.hurried ? Passage.End.UNKNOWN : Passage.End.FAILED;
            default -> Passage.End.UNKNOWN;
        };
    }

    /** Anything but what is known to have happened before the provider's work. */
    private static boolean mayHaveWorked(@Nullable Exception failure, CapabilityException told, Invocation invocation) {
        if (invocation.attempts == 0 || told instanceof BusyException) {
            return false;
        }
        if (invocation.attempt != null && invocation.attempt.call().worked()) {
            return true;
        }
        Refusal refusal = Refusal.in(failure);
        boolean unsent = failure instanceof UpstreamUnreachableException e && e.beforeWork();
        return !(unsent || (refusal != null && refusal.beforeWork()) || told.code() == ErrorCode.SESSION_UNAVAILABLE);
    }

    /** Ends the call; where it was stopped before, that is what is told. */
    private static CapabilityException outcome(@Nullable Exception failure, Invocation invocation) {
        if (Stops.in(invocation.life.stage()) == null) {
            CapabilityException told = told(failure, invocation);
            if (invocation.life.end(Stage.of(told.code())) || Stops.in(invocation.life.stage()) == null) {
                return told;
            }
        }
        CapabilityException known = Refusal.told(failure);
        CapabilityException stopped = Stops.in(invocation.life.stage());
        return known != null && (stopped == null || known.code() == stopped.code())
                ? known
                : Objects.requireNonNull(stopped);
    }

    /**
     * A session that was refused although it had just been renewed is not left for the next caller, and a
     * server that refuses a call without a session is asked for one again.
     */
    private void dropRefusedSession(Invocation invocation, @Nullable Exception failure) {
        Lease lease = invocation.lease;
        Refusal refusal = Refusal.in(failure);
        if (lease == null || refusal == null) {
            return;
        }
        Session session = lease.session();
        boolean stateless = session.id() == null && refusal.missesSession();
        boolean certain = stateless
                || refusal.unauthorized()
                || (!LossRules.ambiguous(refusal.status()) && Replay.lost(invocation.plan(), lease.session(), refusal));
        if (certain) {
            pool.discard(lease, CloseReason.REFUSED);
        }
    }

    static CapabilityException told(@Nullable Throwable failure, Invocation invocation) {
        if (Causes.find(failure, DeadlineExceededException.class) != null) {
            return new CapabilityException(
                    ErrorCode.TIMEOUT, "the upstream did not answer before the deadline", failure);
        }
        CapabilityException known = Refusal.told(failure);
        if (known != null) {
            return known;
        }
        if (failure instanceof IOException && invocation.plan != null && invocation.overdue()) {
            return new CapabilityException(
                    ErrorCode.TIMEOUT, "the upstream did not answer before the deadline", failure);
        }
        if (failure instanceof ConnectException) {
            return new CapabilityException(
                    ErrorCode.UPSTREAM_UNAVAILABLE, "the upstream refused the connection", failure);
        }
        if (failure instanceof IOException) {
            return new CapabilityException(
                    ErrorCode.UPSTREAM_UNAVAILABLE, "the connection to the upstream broke", failure);
        }
        if (failure instanceof DirectConsumerNotAvailableException) {
            return new CapabilityException(ErrorCode.NO_PROVIDER, "a route of the provider is not running", failure);
        }
        return internal(failure, invocation);
    }

    private static CapabilityException internal(@Nullable Throwable failure, Invocation invocation) {
        // Messages of foreign exceptions can quote bodies, so only types and places are logged.
        LOG.error(
                "call {} of {} failed in the gateway: {}",
                invocation.life.requestId(),
                invocation.life.capabilityId(),
                Traces.of(failure));
        return new CapabilityException(
                ErrorCode.INTERNAL_ERROR, "the call failed in the gateway; its log has the request id", failure);
    }

    private String detail(CapabilityException told, Invocation invocation) {
        Credential credential = invocation.credential;
        Lease lease = invocation.lease;
        List<String> secrets = UpstreamText.secrets(
                lease == null ? null : lease.session().id(),
                credential == null ? null : credential.headerValue(),
                credential == null ? null : credential.queryValue());
        String detail = UpstreamText.redacted(String.valueOf(told.getMessage()), secrets);
        if (told.code() == ErrorCode.UPSTREAM_UNAUTHORIZED && credential != null && !credential.present()) {
            return detail + "; " + credentials.explainAbsent(invocation.plan().credential());
        }
        return detail;
    }
}
