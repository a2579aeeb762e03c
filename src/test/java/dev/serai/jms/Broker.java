package dev.serai.jms;

import dev.serai.scenario.HeldPort;
import jakarta.jms.ConnectionFactory;
import java.nio.file.Path;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.remoting.impl.netty.NettyAcceptor;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.core.server.JournalType;
import org.apache.activemq.artemis.core.server.Queue;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.jspecify.annotations.Nullable;

/** An Artemis in this process, with a journal, so that it can be stopped and started on the same port. */
public final class Broker implements AutoCloseable {
    private static final String ACCEPTOR = "in";
    /** The redelivery of a message is not what these tests bound. */
    private static final int UNBOUNDED = -1;
    /** Queues that are not there, and that nobody makes by naming them. */
    private static final String ONLY_MADE_BY_HAND = "by-hand.#";

    private final Path folder;
    private final @Nullable Guard guard;
    private @Nullable EmbeddedActiveMQ embedded;
    private int port;
    /** While it does not run, once it has. */
    private @Nullable HeldPort held;

    /** Started, on any free port; lets everybody do everything. */
    public Broker(Path folder) {
        this(folder, null);
    }

    Broker(Path folder, @Nullable Guard guard) {
        this.folder = folder;
        this.guard = guard;
        start();
    }

    public void start() {
        try {
            Configuration configuration = new ConfigurationImpl()
                    .setSecurityEnabled(false)
                    .setPersistenceEnabled(true)
                    .setJournalType(JournalType.NIO)
                    .setJournalDirectory(folder.resolve("journal").toString())
                    .setBindingsDirectory(folder.resolve("bindings").toString())
                    .setLargeMessagesDirectory(folder.resolve("large").toString())
                    .setPagingDirectory(folder.resolve("paging").toString())
                    .setJMXManagementEnabled(false)
                    .setJournalDatasync(false)
                    .setMaxDiskUsage(UNBOUNDED)
                    .addAcceptorConfiguration(ACCEPTOR, "tcp://127.0.0.1:" + port + "?protocols=CORE,AMQP")
                    .addAddressSetting("#", new AddressSettings().setMaxDeliveryAttempts(UNBOUNDED))
                    .addAddressSetting(
                            ONLY_MADE_BY_HAND,
                            new AddressSettings()
                                    .setMaxDeliveryAttempts(UNBOUNDED)
                                    .setAutoCreateAddresses(false)
                                    .setAutoCreateQueues(false));
            EmbeddedActiveMQ started = new EmbeddedActiveMQ().setConfiguration(configuration);
            if (guard != null) {
                guard.over(started);
            }
            started.start();
            embedded = started;
            port = ((NettyAcceptor)
                            started.getActiveMQServer().getRemotingService().getAcceptor(ACCEPTOR))
                    .getActualPort();
            free();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Cuts every connection; what is durable is there again after the next start. */
    public void stop() {
        EmbeddedActiveMQ running = embedded;
        embedded = null;
        if (running != null) {
            try {
                running.stop();
                held = new HeldPort(port);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private void free() {
        if (held != null) {
            held.free();
            held = null;
        }
    }

    public int port() {
        return port;
    }

    public String url() {
        return "tcp://127.0.0.1:" + port;
    }

    public ConnectionFactory connections() {
        return new ActiveMQConnectionFactory(url());
    }

    /** Messages that lie in a queue now, those that are being delivered included; 0 where there is no such queue. */
    public long depth(String name) {
        EmbeddedActiveMQ running = embedded;
        Queue queue = running == null ? null : running.getActiveMQServer().locateQueue(SimpleString.of(name));
        return queue == null ? 0 : queue.getMessageCount();
    }

    /** Whether something that is sent there is taken, though no queue be there. */
    boolean hasAddress(String name) {
        return running().getAddressInfo(SimpleString.of(name)) != null;
    }

    /** Users that were turned away since the start. */
    long refusedUsers() {
        return running().getSecurityStore().getAuthenticationFailureCount();
    }

    /** What users were not allowed to do, since the start. */
    long refusedDeeds() {
        return running().getSecurityStore().getAuthorizationFailureCount();
    }

    ActiveMQServer running() {
        EmbeddedActiveMQ running = embedded;
        if (running == null) {
            throw new IllegalStateException("the broker does not run");
        }
        return running.getActiveMQServer();
    }

    @Override
    public void close() {
        stop();
        free();
    }
}
