package dev.serai.jms;

import dev.serai.invocation.Caller;
import dev.serai.invocation.Roles;
import dev.serai.setting.Knob;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which broker and queues, for whom, and how much at a time.
 *
 * @param url the broker, {@code serai.jms.url}
 * @param factory a bean instead of the URL, {@code serai.jms.connection-factory}; {@code null} without one
 * @param user {@code serai.jms.user}; {@code null} without one
 * @param passwordVariable {@code serai.jms.password-env}
 * @param queue {@code serai.jms.queue}
 * @param deadLetters {@code serai.jms.dead-letter-queue}
 * @param replyTo where a {@code JMSReplyTo} may lead, {@code serai.jms.reply-to}
 * @param replyQueue {@code serai.jms.reply-queue}; {@code null} without one
 * @param copiesMessageId whether a reply names the message id only, {@code serai.jms.correlation}
 * @param consumers {@code serai.jms.consumers}
 * @param longestPause {@code serai.jms.reconnect-delay-max}
 * @param caller {@code serai.jms.caller} with {@code serai.jms.roles}
 */
public record JmsOptions(
        String url,
        @Nullable String factory,
        @Nullable String user,
        String passwordVariable,
        String queue,
        String deadLetters,
        ReplyPolicy replyTo,
        @Nullable String replyQueue,
        boolean copiesMessageId,
        int consumers,
        Duration longestPause,
        Caller caller) {
    /** Of queues: what can stand in a URI of Camel as it is. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_$.:-]{1,200}");

    private static final String AUTO = "auto";
    private static final String MESSAGE_ID = "message-id";

    private static final Knob ENABLED =
            Knob.flag("serai.jms.enabled", false, "whether messages of a JMS queue call capabilities");
    private static final Knob URL = Knob.text(
            "serai.jms.url",
            "tcp://127.0.0.1:61616",
            "the broker: tcp for Artemis's own protocol, amqp or amqps for AMQP 1.0, each with the options of its"
                    + " client; without a password");
    private static final Knob FACTORY = Knob.text(
            "serai.jms.connection-factory",
            "no bean",
            "name of a jakarta.jms.ConnectionFactory among the beans, instead of the URL");
    private static final Knob USER = Knob.text("serai.jms.user", "no user", "who connects to the broker");
    private static final Knob PASSWORD_ENV = Knob.text(
            "serai.jms.password-env", "SERAI_JMS_PASSWORD", "the environment variable with the password of that user");
    private static final Knob QUEUE =
            Knob.text("serai.jms.queue", "capability.invoke", "the queue whose messages are taken");
    private static final Knob DEAD_LETTERS = Knob.text(
            "serai.jms.dead-letter-queue",
            "capability.invoke.dead",
            "the queue for messages that could not be delivered");
    private static final Knob REPLY_TO = Knob.text(
            "serai.jms.reply-to",
            "temporary",
            "where the JMSReplyTo of a message may lead, separated by commas: temporary is any temporary queue or topic"
                    + " with a generated name, NAME a queue, topic:NAME a topic, with * for anything in a name; none is"
                    + " nowhere");
    private static final Knob REPLY_QUEUE = Knob.text(
            "serai.jms.reply-queue", "no queue", "the queue for the reply to a message that names no JMSReplyTo");
    private static final Knob CORRELATION = Knob.text(
            "serai.jms.correlation",
            AUTO,
            "the JMSCorrelationID of a reply: that of the message, or its message id where it has none (auto); or"
                    + " always the message id (message-id)");
    private static final Knob CONSUMERS =
            Knob.number("serai.jms.consumers", "16", 1, 1_000, "messages in progress at a time, each on a thread");
    private static final Knob PAUSE = Knob.duration(
            "serai.jms.reconnect-delay-max",
            "30s",
            "1ms",
            "longest pause before the next try to reach the broker; they begin at 500ms and double");
    private static final Knob CALLER = Knob.text(
            "serai.jms.caller", "jms", "who the messages' calls are made for: the principal is local: and this name");
    private static final Knob ROLES =
            Knob.text("serai.jms.roles", "no roles", "the roles of that principal, separated by commas");

    /** The settings that these options are read from. */
    public static List<Knob> knobs() {
        return List.of(
                ENABLED,
                URL,
                FACTORY,
                USER,
                PASSWORD_ENV,
                QUEUE,
                DEAD_LETTERS,
                REPLY_TO,
                REPLY_QUEUE,
                CORRELATION,
                CONSUMERS,
                PAUSE,
                CALLER,
                ROLES);
    }

    /**
     * The options, or {@code null} where the entry is off.
     *
     * @param texts gives the text of a property, or {@code null}
     * @throws IllegalArgumentException for what is no value, for the user
     */
    public static @Nullable JmsOptions from(UnaryOperator<@Nullable String> texts) {
        if (!ENABLED.flag(texts)) {
            return null;
        }
        String queue = name(QUEUE, texts);
        String deadLetters = name(DEAD_LETTERS, texts);
        if (deadLetters.equals(queue)) {
            throw new IllegalArgumentException(DEAD_LETTERS.property() + " = '" + deadLetters
                    + "': expected another queue than " + QUEUE.property());
        }
        return new JmsOptions(
                url(texts),
                FACTORY.isSet(texts) ? FACTORY.text(texts) : null,
                USER.isSet(texts) ? USER.text(texts) : null,
                PASSWORD_ENV.text(texts),
                queue,
                deadLetters,
                told(REPLY_TO, texts, text -> ReplyPolicy.parse(text, List.of(queue, deadLetters))),
                REPLY_QUEUE.isSet(texts) ? name(REPLY_QUEUE, texts) : null,
                correlation(texts),
                CONSUMERS.integer(texts),
                PAUSE.duration(texts),
                new Caller(
                        "local:" + CALLER.text(texts),
                        ROLES.isSet(texts) ? told(ROLES, texts, Roles::parse) : Roles.parse("")));
    }

    private static String url(UnaryOperator<@Nullable String> texts) {
        String url = URL.text(texts);
        if (url.contains("@") || url.toLowerCase(java.util.Locale.ROOT).contains("password=")) {
            throw new IllegalArgumentException(URL.property() + " holds a user or password: name the user with "
                    + USER.property() + " and put the password into the environment variable that "
                    + PASSWORD_ENV.property() + " names");
        }
        return url;
    }

    private static String name(Knob knob, UnaryOperator<@Nullable String> texts) {
        String name = knob.text(texts);
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    knob.property() + " = '" + name + "': expected 1 to 200 letters, digits and _ $ . : -");
        }
        return name;
    }

    private static boolean correlation(UnaryOperator<@Nullable String> texts) {
        String text = CORRELATION.text(texts);
        if (!text.equals(AUTO) && !text.equals(MESSAGE_ID)) {
            throw new IllegalArgumentException(
                    CORRELATION.property() + " = '" + text + "': expected " + AUTO + " or " + MESSAGE_ID);
        }
        return text.equals(MESSAGE_ID);
    }

    private interface Form<T> {
        T of(String text);
    }

    private static <T> T told(Knob knob, UnaryOperator<@Nullable String> texts, Form<T> form) {
        String text = knob.text(texts);
        try {
            return form.of(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(knob.property() + " = '" + text + "': " + e.getMessage(), e);
        }
    }

    /** The broker as it may be shown: without the options of the client. */
    public String shownUrl() {
        int options = url.indexOf('?');
        return factory != null ? "bean:" + factory : options < 0 ? url : url.substring(0, options);
    }
}
