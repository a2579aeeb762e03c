package dev.serai.jms;

import jakarta.jms.ConnectionFactory;
import jakarta.jms.IllegalStateException;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.JMSSecurityException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import jakarta.jms.TransactionRolledBackException;
import java.util.function.Supplier;
import org.apache.camel.component.jms.DefaultJmsMessageListenerContainer;
import org.apache.camel.component.jms.JmsEndpoint;
import org.jspecify.annotations.Nullable;
import org.springframework.util.backoff.BackOffExecution;
import org.springframework.util.backoff.ExponentialBackOff;

/** The consumers of the queue: they try to reach the broker until they do, and say so once. */
final class JmsContainer extends DefaultJmsMessageListenerContainer {
    private static final long FIRST_PAUSE = 500;

    private final Supplier<ConnectionFactory> connections;
    private final JmsLink link;
    private final RefusedReplies refused;
    private final ExponentialBackOff pauses = new ExponentialBackOff();

    JmsContainer(
            JmsEndpoint endpoint,
            Supplier<ConnectionFactory> connections,
            JmsLink link,
            RefusedReplies refused,
            long longestPause) {
        super(endpoint);
        this.connections = connections;
        this.link = link;
        this.refused = refused;
        pauses.setInitialInterval(Math.min(FIRST_PAUSE, longestPause));
        pauses.setMultiplier(2);
        pauses.setMaxInterval(longestPause);
        setBackOff(pauses);
    }

    /**
     * A commit that the broker turned into a rollback, or refuses for something that was sent, is about that message, not
     * about the connection.
     */
    private static final class RolledBack extends RuntimeException {
        private static final long serialVersionUID = 1L;

        RolledBack(JMSException cause) {
            super(cause.getMessage(), cause);
        }
    }

    /** No consumer could be had, in an attempt that began when this many had succeeded. */
    private static final class NoConsumer extends JMSException {
        private static final long serialVersionUID = 1L;

        private final long successes;

        NoConsumer(JMSException cause, long successes) {
            super(cause.getMessage());
            this.successes = successes;
            initCause(cause);
        }
    }

    /** Not the pool that the other endpoints share: consumers keep their connection and sessions themselves. */
    @Override
    public void setConnectionFactory(@Nullable ConnectionFactory pool) {
        super.setConnectionFactory(connections.get());
    }

    /** Camel's own would pause for as long each time. */
    @Override
    public void setRecoveryInterval(long interval) {
        setBackOff(pauses);
    }

    @Override
    protected MessageConsumer createListenerConsumer(Session session) throws JMSException {
        long successes = link.successes();
        try {
            MessageConsumer consumer = super.createListenerConsumer(session);
            link.up();
            return consumer;
        } catch (JMSException e) {
            throw new NoConsumer(e, successes);
        }
    }

    /**
     * That a session is closed says nothing of the broker: a consumer may find that out when the others have a new
     * connection already. Where there is none to be had, connecting says so.
     */
    @Override
    protected void handleListenerSetupFailure(Throwable failure, boolean alreadyRecovered) {
        Throwable reason = failure instanceof NoConsumer ? failure.getCause() : failure;
        if (!alreadyRecovered
                && isRunning()
                && !(reason instanceof IllegalStateException)
                && !(reason instanceof SharedConnectionNotInitializedException)) {
            link.down(reason, failure instanceof NoConsumer attempt ? attempt.successes : link.successes());
        }
    }

    /** As Spring's, which has a line in the log for each try. */
    @Override
    protected void refreshConnectionUntilSuccessful() {
        BackOffExecution pause = pauses.start();
        while (isRunning()) {
            long successes = link.successes();
            try {
                refreshSharedConnection();
                return;
            } catch (JMSException | RuntimeException e) {
                link.down(e, successes);
            }
            if (!applyBackOffTime(pause)) {
                return;
            }
        }
    }

    @Override
    protected void commitIfNecessary(Session session, @Nullable Message message) throws JMSException {
        try {
            super.commitIfNecessary(session, message);
        } catch (TransactionRolledBackException | JMSSecurityException | InvalidDestinationException e) {
            refused.add(message);
            throw new RolledBack(e);
        }
    }

    /** As Spring's, which has lines in the log where the connection is gone and has rolled back by that. */
    @Override
    protected void rollbackOnExceptionIfNecessary(Session session, Throwable failure) throws JMSException {
        try {
            session.rollback();
        } catch (IllegalStateException e) {
            logger.debug("nothing is left to roll back", e);
        }
    }

    @Override
    protected void handleListenerException(Throwable failure) {
        if (isRunning()) {
            Throwable cause = failure.getCause();
            link.returned(cause == null ? failure : cause);
        }
    }

    @Override
    public void start() {
        link.begin();
        super.start();
    }

    @Override
    public void stop() {
        link.over();
        super.stop();
    }
}
