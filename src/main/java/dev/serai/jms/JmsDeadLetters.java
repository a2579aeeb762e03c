package dev.serai.jms;

import dev.serai.delivery.DeadLetter;
import dev.serai.delivery.DeadLetterChannel;
import dev.serai.delivery.DeadLetterException;
import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.QueueBrowser;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The queue of dead letters, over a connection for each question. */
final class JmsDeadLetters implements DeadLetterChannel {
    private static final String NAME = "jms";
    private static final long PATIENCE_MS = 5_000;
    /** What is put into a selector holds nothing that a selector could mean. */
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9._:-]{1,255}");

    private static final int BASE64_GROUP = 3;
    private static final int BASE64_TEXT = 4;
    private static final int MOST_BYTES = DeadLetter.MAX_SHOWN / BASE64_TEXT * BASE64_GROUP;

    private final JmsOptions options;
    private final Supplier<ConnectionFactory> connections;

    JmsDeadLetters(JmsOptions options, Supplier<ConnectionFactory> connections) {
        this.options = options;
        this.connections = connections;
    }

    private interface Work<T> {
        T in(Session session, Queue letters) throws JMSException;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String caller() {
        return options.caller().name();
    }

    @Override
    public List<DeadLetter> list(@Nullable String after, int limit) throws DeadLetterException {
        return connected(false, (session, letters) -> {
            List<DeadLetter> page = new ArrayList<>();
            try (QueueBrowser browser = session.createBrowser(letters)) {
                Enumeration<?> all = browser.getEnumeration();
                boolean begun = after == null;
                while (page.size() < limit && all.hasMoreElements()) {
                    Message letter = (Message) all.nextElement();
                    if (begun) {
                        page.add(JmsLetter.shown(NAME, letter, null));
                    }
                    begun |= String.valueOf(letter.getJMSMessageID()).equals(after);
                }
            }
            return page;
        });
    }

    @Override
    public @Nullable DeadLetter find(String id) throws DeadLetterException {
        if (!ID.matcher(id).matches()) {
            return null;
        }
        List<DeadLetter> found = connected(false, (session, letters) -> {
            try (QueueBrowser browser = session.createBrowser(letters, selector(id))) {
                Enumeration<?> all = browser.getEnumeration();
                if (!all.hasMoreElements()) {
                    return List.of();
                }
                Message letter = (Message) all.nextElement();
                return List.of(JmsLetter.shown(NAME, letter, body(letter)));
            }
        });
        return found.isEmpty() ? null : found.get(0);
    }

    @Override
    public boolean replay(String id) throws DeadLetterException {
        if (!ID.matcher(id).matches()) {
            return false;
        }
        return connected(true, (session, letters) -> {
            try (MessageConsumer consumer = session.createConsumer(letters, selector(id));
                    MessageProducer producer = session.createProducer(session.createQueue(options.queue()))) {
                Message letter = consumer.receive(PATIENCE_MS);
                if (letter == null) {
                    return false;
                }
                int priority = JmsLetter.priority(letter);
                producer.send(JmsLetter.replayed(letter), DeliveryMode.PERSISTENT, priority, 0);
                session.commit();
                return true;
            }
        });
    }

    private static String selector(String id) {
        return "JMSMessageID = '" + id + "'";
    }

    private <T> T connected(boolean transacted, Work<T> work) throws DeadLetterException {
        try (Connection connection = connections.get().createConnection();
                Session session = connection.createSession(
                        transacted, transacted ? Session.SESSION_TRANSACTED : Session.AUTO_ACKNOWLEDGE)) {
            connection.start();
            return work.in(session, session.createQueue(options.deadLetters()));
        } catch (JMSException | RuntimeException e) {
            throw new DeadLetterException(
                    "the queue " + options.deadLetters() + " at " + options.shownUrl() + " does not answer: "
                            + e.getClass().getSimpleName(),
                    e);
        }
    }

    private static String body(Message letter) throws JMSException {
        if (letter instanceof TextMessage text) {
            String whole = String.valueOf(text.getText());
            return whole.substring(0, Math.min(whole.length(), DeadLetter.MAX_SHOWN));
        }
        if (letter instanceof BytesMessage bytes) {
            byte[] shown = new byte[(int) Math.min(bytes.getBodyLength(), MOST_BYTES)];
            int read = Math.max(0, bytes.readBytes(shown));
            return Base64.getEncoder().encodeToString(Arrays.copyOf(shown, read));
        }
        if (letter instanceof MapMessage map) {
            Map<String, Object> shown = new LinkedHashMap<>();
            for (Object name : Collections.list((Enumeration<?>) map.getMapNames())) {
                shown.put((String) name, map.getObject((String) name));
            }
            String whole = shown.toString();
            return whole.substring(0, Math.min(whole.length(), DeadLetter.MAX_SHOWN));
        }
        return "";
    }
}
