package dev.serai.jms;

import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import java.util.Locale;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.apache.camel.CamelContext;
import org.apache.qpid.jms.JmsConnectionFactory;
import org.apache.qpid.jms.policy.JmsDefaultDeserializationPolicy;
import org.jspecify.annotations.Nullable;

/** Makes what connects to the broker: a bean of the user's, or a client that the URL asks for. */
final class JmsConnections {
    private static final String ARTEMIS_WINDOW = "consumerwindowsize";
    private static final String QPID_PREFETCH = "jms.prefetchpolicy.";
    private static final String NO_CLASS = "";

    private JmsConnections() {}

    /**
     * Connects to nothing yet.
     *
     * @throws IllegalArgumentException for the user, where there is no such bean or the URL is none
     */
    static ConnectionFactory make(CamelContext context, JmsOptions options, @Nullable String password) {
        String bean = options.factory();
        if (bean != null) {
            ConnectionFactory found = context.getRegistry().lookupByNameAndType(bean, ConnectionFactory.class);
            if (found == null) {
                throw new IllegalArgumentException("serai.jms.connection-factory = '" + bean
                        + "': expected the name of a bean that is a jakarta.jms.ConnectionFactory; declare it below"
                        + " beans: in a file of routes");
            }
            return found;
        }
        String url = options.url();
        try {
            return url.toLowerCase(Locale.ROOT).matches("(?s)(?:failover:\\(?)?amqp(?:s|ws|wss)?:.*")
                    ? amqp(url, options.user(), password)
                    : artemis(url, options.user(), password);
        } catch (RuntimeException | JMSException e) {
            // Without the cause: its message may hold the whole URL.
            throw new IllegalArgumentException("serai.jms.url = '" + options.shownUrl()
                    + "': expected tcp://HOST:PORT, amqp://HOST:PORT or amqps://HOST:PORT with options that"
                    + " its client has");
        }
    }

    /** Messages wait at the broker, not here: what is fetched only would come again as delivered when this process dies. */
    private static ConnectionFactory artemis(String url, @Nullable String user, @Nullable String password)
            throws JMSException {
        ActiveMQConnectionFactory factory = new ActiveMQConnectionFactory(url, user, password);
        if (!url.toLowerCase(Locale.ROOT).contains(ARTEMIS_WINDOW)) {
            factory.setConsumerWindowSize(0);
        }
        factory.setDeserializationDenyList("*");
        return factory;
    }

    private static ConnectionFactory amqp(String url, @Nullable String user, @Nullable String password) {
        String unfetched = url.toLowerCase(Locale.ROOT).contains(QPID_PREFETCH)
                ? url
                : url + (url.contains("?") ? "&" : "?") + "jms.prefetchPolicy.all=0";
        JmsConnectionFactory factory = new JmsConnectionFactory(user, password, unfetched);
        JmsDefaultDeserializationPolicy nothing = new JmsDefaultDeserializationPolicy();
        nothing.setAllowList(NO_CLASS);
        factory.setDeserializationPolicy(nothing);
        return factory;
    }
}
