import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TextMessage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.remoting.impl.netty.NettyAcceptor;
import org.apache.activemq.artemis.core.server.JournalType;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;

/**
 * Request and reply over JMS. One of
 *
 * <ul>
 *   <li>{@code broker FOLDER}: an Artemis with a journal, on any free port
 *   <li>{@code echo URL QUEUE CONSUMERS}: consumers that send each message back, in a transaction of one session
 *   <li>{@code load URL QUEUE CLIENTS REQUESTS}: clients that each send one request, wait for its reply, and go on; prints
 *       requests/s, p50 and p99 in microseconds. Exit status 1 for a reply that is not that of its request
 * </ul>
 */
public final class JmsLoad {
    private static final long PATIENCE_MS = 60_000;
    private static final String ACCEPTOR = "in";
    private static final int MICROS = 1_000;

    private JmsLoad() {}

    public static void main(String[] args) throws Exception {
        switch (args[0]) {
            case "broker" -> broker(Path.of(args[1]));
            case "echo" -> echo(args[1], args[2], Integer.parseInt(args[3]));
            case "load" -> load(args[1], args[2], Integer.parseInt(args[3]), Integer.parseInt(args[4]));
            default -> throw new IllegalArgumentException(args[0]);
        }
    }

    private static void broker(Path folder) throws Exception {
        EmbeddedActiveMQ broker = new EmbeddedActiveMQ()
                .setConfiguration(new ConfigurationImpl()
                        .setSecurityEnabled(false)
                        .setJournalType(JournalType.NIO)
                        .setJournalDirectory(folder.resolve("journal").toString())
                        .setBindingsDirectory(folder.resolve("bindings").toString())
                        .setLargeMessagesDirectory(folder.resolve("large").toString())
                        .setPagingDirectory(folder.resolve("paging").toString())
                        .setJMXManagementEnabled(false)
                        .setMaxDiskUsage(-1)
                        .addAcceptorConfiguration(ACCEPTOR, "tcp://127.0.0.1:0?protocols=CORE")
                        .addAddressSetting("#", new AddressSettings().setMaxDeliveryAttempts(-1)))
                .start();
        int port = ((NettyAcceptor) broker.getActiveMQServer().getRemotingService().getAcceptor(ACCEPTOR))
                .getActualPort();
        System.out.println("listening on " + port);
        new CountDownLatch(1).await();
    }

    private static void echo(String url, String queue, int consumers) throws Exception {
        Connection connection = new ActiveMQConnectionFactory(url).createConnection();
        for (int i = 0; i < consumers; i++) {
            Session session = connection.createSession(true, Session.SESSION_TRANSACTED);
            MessageProducer producer = session.createProducer(null);
            MessageConsumer consumer = session.createConsumer(session.createQueue(queue));
            consumer.setMessageListener(message -> {
                try {
                    TextMessage reply = session.createTextMessage(((TextMessage) message).getText());
                    reply.setJMSCorrelationID(message.getJMSMessageID());
                    producer.send(message.getJMSReplyTo(), reply);
                    session.commit();
                } catch (JMSException e) {
                    throw new IllegalStateException(e);
                }
            });
        }
        connection.start();
        System.out.println("listening");
        new CountDownLatch(1).await();
    }

    private static void load(String url, String queue, int clients, int requests) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(clients);
        CountDownLatch ready = new CountDownLatch(clients);
        List<Future<long[]>> running = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            int number = i;
            running.add(threads.submit(() -> client(url, queue, number, requests / clients, ready)));
        }
        ready.await();
        long begun = System.nanoTime();
        long[] all = new long[0];
        for (Future<long[]> client : running) {
            long[] waits = client.get();
            int before = all.length;
            all = Arrays.copyOf(all, before + waits.length);
            System.arraycopy(waits, 0, all, before, waits.length);
        }
        double seconds = (System.nanoTime() - begun) / 1e9;
        Arrays.sort(all);
        System.out.printf(
                "%.0f %d %d%n", all.length / seconds, all[all.length / 2] / MICROS, all[all.length * 99 / 100] / MICROS);
        System.exit(0);
    }

    private static long[] client(String url, String queue, int number, int requests, CountDownLatch ready)
            throws Exception {
        try (Connection connection = new ActiveMQConnectionFactory(url).createConnection()) {
            connection.start();
            Session session = connection.createSession();
            TemporaryQueue replies = session.createTemporaryQueue();
            MessageConsumer inbox = session.createConsumer(replies);
            MessageProducer producer = session.createProducer(session.createQueue(queue));
            ready.countDown();
            ready.await();
            long[] waits = new long[requests];
            for (int i = 0; i < requests; i++) {
                String text = "message " + i + " of " + number;
                TextMessage request = session.createTextMessage("{\"message\":\"" + text + "\"}");
                request.setStringProperty("CapabilityId", "mcp.bench.echo0");
                request.setJMSReplyTo(replies);
                long sent = System.nanoTime();
                producer.send(request);
                Message reply = inbox.receive(PATIENCE_MS);
                waits[i] = System.nanoTime() - sent;
                if (!(reply instanceof TextMessage answer)
                        || !answer.getText().contains(text)
                        || !request.getJMSMessageID().equals(reply.getJMSCorrelationID())) {
                    System.out.println("WRONG: " + reply);
                    System.exit(1);
                }
            }
            return waits;
        }
    }
}
